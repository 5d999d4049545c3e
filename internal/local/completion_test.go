package local_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// complete asks bash what may follow the words of a command line.
func complete(t *testing.T, script string, words ...string) []string {
	t.Helper()
	program := script + `
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_reactivate
printf '%s\n' "${COMPREPLY[@]}"
`
	cmd := exec.CommandContext(t.Context(), "bash", append([]string{"-c", program, "bash"}, words...)...)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(out))
}

func TestBashCompletion(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("no bash here")
	}
	script := run(t, "", "completion", "bash").stdout
	for _, tt := range []struct{ words, want []string }{
		{[]string{"reactivate", "s"}, []string{"status", "serve"}},
		{[]string{"reactivate", ""}, []string{"invoke", "status", "serve", "fake-cloud", "doctor", "version", "completion", "help"}},
		{[]string{"reactivate", "invoke", "-l"}, []string{"-lang", "-live"}},
		{[]string{"reactivate", "invoke", "-"}, []string{"-env", "-fleet", "-json", "-lang", "-live", "-v", "-yes"}},
		{[]string{"reactivate", "invoke", ""}, nil}, // files
		{[]string{"reactivate", "help", "d"}, []string{"doctor"}},
		{[]string{"reactivate", "completion", ""}, []string{"bash", "zsh", "fish"}},
		{[]string{"reactivate", "version", ""}, nil},
	} {
		if got := complete(t, script, tt.words...); !slices.Equal(got, tt.want) {
			t.Errorf("%q: %q, want %q", tt.words, got, tt.want)
		}
	}
}

// Where a shell is there, it can read its script.
func TestCompletionsAreRead(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish"} {
		script := run(t, "", "completion", shell)
		for _, want := range []string{"fake-cloud", "csv", "completion"} {
			if !strings.Contains(script.stdout, want) {
				t.Errorf("%s: no %q in\n%s", shell, want, script.stdout)
			}
		}
		if _, err := exec.LookPath(shell); err != nil {
			continue
		}
		cmd := exec.CommandContext(t.Context(), shell, "-n")
		cmd.Stdin = strings.NewReader(script.stdout)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s", shell, err, out)
		}
	}
}
