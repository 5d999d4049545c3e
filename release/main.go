// Command release makes the files of a release, in dist:
//
//	go run ./release
//
//	reactivate_VERSION_function.zip         the function, as Function Compute takes it
//	reactivate_VERSION_deploy.tar.gz        the function, Terraform's files, policies, samples and documents
//	reactivate_VERSION_OS_ARCH.tar.gz       the command, for Linux and macOS, and samples
//	reactivate_VERSION_OS_ARCH.zip          the same for Windows
//	reactivate_VERSION_function.cdx.json    which modules are in the function (CycloneDX)
//	reactivate_VERSION_command.cdx.json     which modules are in the command
//	NOTES.md                                the version's part of CHANGELOG.md
//	SHA256SUMS                              of all these but the notes
//
// The version is the tag's, or what git describe says. The same commit and Go release give the same bytes, on any machine. Files
// come from git's list, so that nothing else in the work tree gets into a release. It needs Go and git; the Makefile and
// .ci/release call it.
//
//	go run ./release -function
//
// makes target/main and target/reactivate.zip alone: the function, and the zip that is deployed. It needs only Go; without git the
// version is dev.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const platforms = "linux/amd64,linux/arm64,darwin/amd64,darwin/arm64,windows/amd64,windows/arm64"

// deployed are the paths of the repository that are needed to deploy without building.
var deployed = []string{
	"CHANGELOG.md", "README.md", "README.zh-CN.md", "deploy/ram", "deploy/ros", "deploy/terraform", "docs", "events", "s.yaml",
	":(exclude)deploy/terraform/tests",
}

func main() {
	version := flag.String("version", "", "the version; empty: git describe, else dev")
	function := flag.Bool("function", false, "only the function, in target")
	only := flag.String("platforms", platforms, "for which the command is built")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	r, err := find(ctx, *version)
	if err == nil {
		err = r.function(ctx)
	}
	if err == nil && !*function {
		err = r.dist(ctx, strings.Split(*only, ","))
	}
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// release is what all its files have in common.
type release struct {
	version, commit string
	at              time.Time // of the commit
}

// find asks git for what the flags do not say. Without git or a repository the version is dev, because the function can be built there
// too.
func find(ctx context.Context, version string) (release, error) {
	if version == "" {
		version, _ = git(ctx, "describe", "--tags", "--always", "--dirty") // an error: it is dev
	}
	r := release{version: cmp.Or(version, "dev"), commit: "unknown", at: time.Date(1980, time.January, 1, 0, 0, 0, 0, time.UTC)}
	if !regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z._+-]*$`).MatchString(r.version) {
		return r, fmt.Errorf("%q is not a version: letters, digits and . _ + - only", r.version)
	}
	head, err := git(ctx, "log", "-1", "--format=%H %ct")
	if err != nil {
		return r, nil //nolint:nilerr // see above
	}
	commit, seconds, _ := strings.Cut(head, " ")
	at, err := strconv.ParseInt(seconds, 10, 64)
	r.commit, r.at = commit, time.Unix(at, 0).UTC()
	return r, err
}

func git(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("git %s: %w", args[0], err)
	}
	return strings.TrimSpace(string(out)), nil
}

// dist makes the files of a release. The function is in target already.
func (r release) dist(ctx context.Context, platforms []string) error {
	if err := os.RemoveAll("dist"); err != nil {
		return err
	}
	if err := os.MkdirAll("dist", 0o755); err != nil {
		return err
	}
	if err := r.deploy(ctx); err != nil {
		return err
	}
	for i, platform := range platforms {
		if err := r.command(ctx, platform, i == 0); err != nil {
			return err
		}
	}
	if err := sums(); err != nil {
		return err
	}
	return r.notes()
}

func (r release) path(rest string) string {
	return filepath.Join("dist", "reactivate_"+r.version+"_"+rest)
}

// deploy copies the function's zip, and packs what is needed to deploy without Go. It is laid out as in the repository, so that the
// commands of the documents work there too.
func (r release) deploy(ctx context.Context) error {
	function, err := os.ReadFile(packed)
	if err != nil {
		return err
	}
	if err := os.WriteFile(r.path("function.zip"), function, 0o644); err != nil {
		return err
	}
	if err := r.bom("function", compiled); err != nil {
		return err
	}
	top := "reactivate_" + r.version
	entries, err := tracked(ctx, top, deployed...)
	if err != nil {
		return err
	}
	return r.tarball(r.path("deploy.tar.gz"), append([]entry{{path.Join(top, packed), function, 0o644}}, entries...))
}

// tracked returns the files of git's list that are in these paths, to lie in a directory of the archive.
func tracked(ctx context.Context, top string, paths ...string) (entries []entry, err error) {
	list, err := git(ctx, append([]string{"ls-files", "--stage", "-z", "--"}, paths...)...)
	if err != nil {
		return nil, err
	}
	for line := range strings.SplitSeq(strings.Trim(list, "\x00"), "\x00") {
		info, name, _ := strings.Cut(line, "\t") // "100644 HASH 0", and the name
		mode, err := strconv.ParseInt(info[3:6], 8, 64)
		if err != nil {
			return nil, fmt.Errorf("git ls-files: %q: %w", line, err)
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		entries = append(entries, entry{path.Join(top, name), content, mode})
	}
	return entries, nil
}

// command builds the local commands for one platform and packs them, with the samples that its help and the documents name.
func (r release) command(ctx context.Context, platform string, first bool) error {
	system, arch, _ := strings.Cut(platform, "/")
	name := "reactivate"
	if system == "windows" {
		name += ".exe"
	}
	binary := filepath.Join("target", system+"_"+arch, name)
	if err := r.build(ctx, system, arch, binary); err != nil {
		return err
	}
	content, err := os.ReadFile(binary)
	if err != nil {
		return err
	}
	if first {
		if err := r.bom("command", binary); err != nil {
			return err
		}
	}
	samples, err := tracked(ctx, "", "docs/arrears.json", "events")
	if err != nil {
		return err
	}
	entries := append([]entry{{name, content, 0o755}}, samples...)
	if system == "windows" {
		return r.zipped(r.path(system+"_"+arch+".zip"), entries)
	}
	return r.tarball(r.path(system+"_"+arch+".tar.gz"), entries)
}

// notes writes the version's part of the changelog.
func (r release) notes() error {
	changelog, err := os.ReadFile("CHANGELOG.md")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join("dist", "NOTES.md"), []byte(partOf(string(changelog), r.version)), 0o644)
}

// partOf returns the text below the version's heading. Without such a heading it is the text below the first one, of what comes next.
func partOf(changelog, version string) string {
	_, part, found := strings.Cut(changelog, "\n## "+strings.TrimPrefix(version, "v")+",")
	if !found {
		_, part, _ = strings.Cut(changelog, "\n## ")
	}
	_, text, _ := strings.Cut(part, "\n") // without the rest of the heading
	text, _, _ = strings.Cut(text, "\n## ")
	return strings.TrimSpace(text) + "\n"
}
