package wording

// Known tells whether there are words for a code of package event.
func Known(code string) bool {
	_, ok := codedText(code)
	return ok || code == "each"
}
