// It is compiled only: the types are those of the cases.
import { cases, expectation, operations, type Case, type Expectation, type Level } from 'spontan-vectors';

const all: Case[] = operations().flatMap(cases);
const level: Level = all[0].level;
const one: Expectation = expectation(all[0], { custom_even_records: 'accept' });
export const said: string = one.reject ? `${level} ${one.reject.codes?.join()}` : Object.keys(one.accept).join();
// @ts-expect-error An expectation is no string.
export const wrong: string = all[0].expect[0];
