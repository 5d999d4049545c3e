package lang

// Texts is the table, for the tests that hold it complete.
var Texts = func() (all [][2]string) {
	for _, t := range texts {
		all = append(all, [2]string{t.en, t.zh})
	}
	return all
}()
