package vectors

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestEveryCaseOfTheBundleIsHere(t *testing.T) {
	ids := map[string]bool{}
	for _, operation := range Operations() {
		for _, c := range Cases(operation) {
			if ids[c.ID] || c.Level == "" || c.Expect[0].When == nil || len(c.Input) == 0 {
				t.Errorf("%s is here twice, or in part", c.ID)
			}
			if (c.Expect[0].Accept == nil) == (c.Expect[0].Reject == nil) {
				t.Errorf("%s has not one verdict", c.ID)
			}
			ids[c.ID] = true
		}
	}
	if fmt.Sprint(len(ids)) != os.Getenv("SPONTAN_CASES") {
		t.Errorf("%d cases, and the bundle has %s", len(ids), os.Getenv("SPONTAN_CASES"))
	}
}

func TestPoliciesChooseTheExpectation(t *testing.T) {
	for _, c := range Cases("keysend.receive") {
		if c.ID != "keysend.receive/even-custom-65536" {
			continue
		}
		if c.Expectation(nil).Reject == nil || c.Expectation(map[string]string{"custom_even_records": "accept"}).Accept == nil {
			t.Error("the policy does not decide")
		}
		panics(t, "misspelt", func() { c.Expectation(map[string]string{"custom_even_records": "other"}) })
		return
	}
	t.Error("the case is not here")
}

func TestWhatIsMisspeltIsSaid(t *testing.T) {
	panics(t, "bigsize.decode, bigsize.encode", func() { Cases("bigsize") })
}

func panics(t *testing.T, part string, f func()) {
	t.Helper()
	defer func() {
		if said := fmt.Sprint(recover()); !strings.Contains(said, part) {
			t.Errorf("it said %q", said)
		}
	}()
	f()
}
