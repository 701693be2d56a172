// Package vectors has the test vectors of Spontan for Lightning spontaneous payments.
package vectors

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"
)

//go:embed suites/*.json
var suites embed.FS

// Case is one input with what must come out. CodeLevel, DataLevel, Twin, OpenTexts and Steps may be empty.
type Case struct {
	ID           string        `json:"id"`
	Revision     int           `json:"revision"`
	About        string        `json:"about"`
	Level        string        `json:"level"`
	CodeLevel    string        `json:"code_level"`
	DataLevel    string        `json:"data_level"`
	Flags        []string      `json:"flags"`
	Spec         []string      `json:"spec"`
	Requirements []string      `json:"requirements"`
	Twin         string        `json:"twin"`
	OpenTexts    []string      `json:"open_texts"`
	Input        Object        `json:"input"`
	Expect       []Expectation `json:"expect"`
	Steps        []Step        `json:"steps"`
}

// Expectation is what must come out with the policies in When: one of Accept and Reject, the other is nil.
type Expectation struct {
	When   map[string]string `json:"when"`
	Accept Object            `json:"accept"`
	Reject *Rejection        `json:"reject"`
}

// Rejection is the rejection that is wanted. Codes and Data are empty where no failure is sent.
type Rejection struct {
	Layer  string            `json:"layer"`
	Reason string            `json:"reason"`
	Codes  []string          `json:"codes"`
	Data   map[string]string `json:"data"`
}

// Step is an intermediate value.
type Step struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Object is an operation's input or output as JSON.
type Object = json.RawMessage

// Operations are the operations that have cases.
func Operations() []string {
	files, err := suites.ReadDir("suites")
	if err != nil {
		panic(err)
	}
	var operations []string
	for _, file := range files {
		operations = append(operations, strings.TrimSuffix(file.Name(), ".json"))
	}
	return operations
}

// Cases are the cases of an operation, such as "tlv.decode". It panics if there is no such operation.
func Cases(operation string) []Case {
	text, err := suites.ReadFile("suites/" + operation + ".json")
	if err != nil {
		panic(fmt.Sprintf("there are no cases of %q; the operations are %s", operation, strings.Join(Operations(), ", ")))
	}
	var suite struct{ Cases []Case }
	if err := json.Unmarshal(text, &suite); err != nil {
		panic(err)
	}
	return suite.Cases
}

// Expectation is what an implementation with these policies must answer; those that are not named have their default. It
// panics if a policy has a value that the case does not know.
func (c Case) Expectation(policies map[string]string) Expectation {
	for _, expectation := range c.Expect {
		applies := true
		for policy, value := range expectation.When {
			declared, named := policies[policy]
			applies = applies && (!named || declared == value)
		}
		if applies {
			return expectation
		}
	}
	panic(fmt.Sprintf("%s has no expectation for %v: is a value misspelt?", c.ID, policies))
}
