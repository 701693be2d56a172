/** The test vectors of Spontan for Lightning spontaneous payments. */
import { readFileSync, readdirSync } from 'node:fs';

const SUITES = new URL('suites/', import.meta.url);

export const operations = () =>
  readdirSync(SUITES)
    .map(file => file.replace(/\.json$/, ''))
    .sort();

export const cases = operation => {
  if (!operations().includes(operation)) {
    throw new Error(`there are no cases of '${operation}'; the operations are ${operations().join(', ')}`);
  }
  return JSON.parse(readFileSync(new URL(`${operation}.json`, SUITES), 'utf8')).cases;
};

export const expectation = ({ id, expect }, policies = {}) => {
  const found = expect.find(({ when }) => Object.entries(when).every(([name, value]) => (policies[name] ?? value) === value));
  if (!found) {
    throw new Error(`${id} has no expectation for ${JSON.stringify(policies)}: is a value misspelt?`);
  }
  return found;
};
