package wording

// table has the text, or the advice, for each value that a person reads about. It is a list and not a map, because a map would be
// filled each time that the function starts.
type table[K comparable, T any] []entry[K, T]

type entry[K comparable, T any] struct {
	key   K
	value T
}

// find returns the value for a key, if there is one.
func (t table[K, T]) find(key K) (value T, ok bool) {
	for i := range t {
		if t[i].key == key {
			return t[i].value, true
		}
	}
	return value, false
}

// of returns the value for a key; without one, the zero value.
func (t table[K, T]) of(key K) T {
	value, _ := t.find(key)
	return value
}
