package local

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"
)

// shells are those that completion writes a script for.
var shells = []string{"bash", "zsh", "fish"}

func runCompletion(_ context.Context, p *program, args []string) (int, error) {
	_, operands, err := p.parse(nil, args)
	if err != nil {
		return 0, err
	}
	if len(operands) != 1 {
		return 0, &usageError{fmt.Sprintf("name a shell: %s", strings.Join(shells, ", "))}
	}
	write, ok := map[string]func([]command) string{"bash": bashCompletion, "zsh": zshCompletion, "fish": fishCompletion}[operands[0]]
	if !ok {
		return 0, &usageError{fmt.Sprintf("there is no completion for %q", operands[0]) + didYouMean(operands[0], "", shells)}
	}
	all := commands()
	for i := range all {
		all[i].summary = p.lang.Text(all[i].summary)
	}
	fmt.Fprint(p.stdout, write(all))
	return exitDone, nil
}

// words are a command's flags, with their dashes.
func (c command) words() []string {
	if c.flags == nil {
		return nil
	}
	fs := flag.NewFlagSet("", flag.ContinueOnError)
	c.flags(fs, &options{})
	all := flagNames(fs)
	for i := range all {
		all[i] = "-" + all[i]
	}
	return all
}

// cases are the branches of a shell's case statement on the command: what may
// follow it.
func cases(all []command, format string) string {
	var b strings.Builder
	for _, c := range all {
		if words := slices.Concat(c.words(), c.operands); len(words) > 0 {
			fmt.Fprintf(&b, format, c.name, strings.Join(words, " "))
		}
	}
	return b.String()
}

func bashCompletion(all []command) string {
	return fmt.Sprintf(`# bash completion of reactivate: source <(reactivate completion bash)
_reactivate() {
  local cur=${COMP_WORDS[COMP_CWORD]} words=
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="%s"
  else
    case ${COMP_WORDS[1]} in
%s    esac
    case $words in
      -*) [[ $cur == -* ]] || words= ;; # what is no flag is a file
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _reactivate reactivate
`, strings.Join(names(all), " "), cases(all, "      %s) words=\"%s\" ;;\n"))
}

func zshCompletion(all []command) string {
	var described strings.Builder
	for _, c := range all {
		fmt.Fprintf(&described, "    '%s:%s'\n", c.name, c.summary)
	}
	return fmt.Sprintf(`#compdef reactivate
# zsh completion of reactivate: source <(reactivate completion zsh)
_reactivate() {
  local words_of=
  local -a all=(
%s  )
  if (( CURRENT == 2 )); then
    _describe command all
    return
  fi
  case $words[2] in
%s  esac
  if [[ $words_of == -* && $PREFIX != -* ]]; then
    _files
  else
    compadd -- ${=words_of}
  fi
}
compdef _reactivate reactivate
`, described.String(), cases(all, "    %s) words_of='%s' ;;\n"))
}

func fishCompletion(all []command) string {
	var b strings.Builder
	b.WriteString("# fish completion of reactivate: reactivate completion fish | source\n")
	for _, c := range all {
		fmt.Fprintf(&b, "complete -c reactivate -n __fish_use_subcommand -f -a %s -d '%s'\n", c.name, c.summary)
		for _, word := range c.words() {
			fmt.Fprintf(&b, "complete -c reactivate -n '__fish_seen_subcommand_from %s' -o %s\n", c.name, strings.TrimPrefix(word, "-"))
		}
		if len(c.operands) > 0 {
			fmt.Fprintf(&b, "complete -c reactivate -n '__fish_seen_subcommand_from %s' -f -a '%s'\n", c.name, strings.Join(c.operands, " "))
		}
	}
	return b.String()
}
