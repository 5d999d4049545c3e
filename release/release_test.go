package main

import "testing"

func TestNotesAreTheVersionsPart(t *testing.T) {
	const changelog = "# Changelog\n\nOf what a user sees.\n\n## 0.2.0, unreleased\n\n- new\n\n## 0.1.0, 2026-11-30\n\n- old\n- older\n"
	for _, tt := range []struct{ version, want string }{
		{"v0.1.0", "- old\n- older\n"},
		{"0.2.0", "- new\n"},
		{"v0.2.0-3-g1a2b3c4", "- new\n"},
		{"v0.1", "- new\n"},
	} {
		if got := partOf(changelog, tt.version); got != tt.want {
			t.Errorf("notes of %s are %q, want %q", tt.version, got, tt.want)
		}
	}
}

func TestComponentsAreNamedAsPackageURLs(t *testing.T) {
	got := describe("library", "github.com/google/flatbuffers", "v25.12.19+incompatible", "h1:haMV2JRRJCe1998HeW/p0X9UaMTK6SDo0ffLn2+DbLs=")
	if want := "pkg:golang/github.com/google/flatbuffers@v25.12.19%2Bincompatible"; got.URL != want {
		t.Errorf("named %s, want %s", got.URL, want)
	}
	if len(got.Hashes) != 1 || len(got.Hashes[0].Content) != 64 {
		t.Errorf("hashes %v, want one SHA-256", got.Hashes)
	}
	if got := describe("library", "std", "go1.26.8", ""); len(got.Hashes) != 0 {
		t.Errorf("hashes %v of a module without a sum", got.Hashes)
	}
}
