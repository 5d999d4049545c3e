package handler

import (
	"slices"
	"strings"
	"unicode"

	"reactivate/internal/cloud"
	"reactivate/internal/wording"
)

// This file reads the values of list variables.

// list is the entries of a comma-separated list, without the blanks around them.
func list(value string) []string {
	var items []string
	for item := range strings.SplitSeq(value, ",") {
		items = append(items, strings.TrimSpace(item))
	}
	return items
}

// unfilled tells whether an entry of a list is a placeholder that nobody filled in (of Serverless Devs, Terraform, a template or
// a document), or the word that an empty variable has become.
func unfilled(entry string) bool {
	entry = strings.TrimSpace(entry)
	return strings.EqualFold(entry, "null") || strings.EqualFold(entry, "undefined") || slices.ContainsFunc(placeholders, func(p placeholder) bool {
		return strings.HasPrefix(entry, p.begin) && strings.HasSuffix(entry, p.end)
	})
}

// holdsPlaceholder tells whether a text contains a placeholder.
func holdsPlaceholder(text string) bool {
	return slices.ContainsFunc(placeholders, func(p placeholder) bool {
		_, after, found := strings.Cut(text, p.begin)
		return found && strings.Contains(after, p.end)
	})
}

type placeholder struct{ begin, end string }

var placeholders = []placeholder{{"${", "}"}, {"{{", "}}"}, {"<", ">"}}

// setRegions reads a list of regions, or * for all. A list with * may also name regions to leave out.
func setRegions(c *Config, value string) error {
	regions := []string{}
	all := false
	for _, entry := range list(value) {
		region, except := strings.CutPrefix(entry, "!")
		switch {
		case entry == "*":
			all = true
		case !cloud.ValidRegionID(region):
			return wording.NotARegion
		case except:
			c.ExceptRegions = append(c.ExceptRegions, region)
		case !slices.Contains(regions, region):
			regions = append(regions, region)
		}
	}
	if all == (len(regions) > 0) || !all && len(c.ExceptRegions) > 0 {
		c.ExceptRegions = nil
		return wording.NotARegion
	}
	if c.Policy.Regions = regions; all {
		c.Policy.Regions = nil
	}
	return nil
}

// setTags reads a list of tags, each key=value or key. Blanks around a comma and around the first = are dropped, as they are
// from an instance's tags.
func setTags(to *[]cloud.Tag, value string) error {
	var tags []cloud.Tag
	for _, item := range escapedList(value) {
		key, val, found := strings.Cut(item, "=")
		key, val = strings.TrimSpace(key), strings.TrimSpace(val)
		switch {
		case key == "":
			return wording.TagWithoutKey
		case unfilled(key), unfilled(val), holdsPlaceholder(item):
			return wording.NotFilledIn
		case strings.ContainsFunc(key, notInTagKey):
			return wording.NotATagKey
		}
		tags = append(tags, cloud.Tag{Key: key, Value: val, AnyValue: !found})
	}
	*to = tags
	return nil
}

// escapedList is the entries of a comma-separated list in which \, is a comma within an entry.
func escapedList(value string) []string {
	const comma = "\x00" // no environment variable holds one
	items := strings.Split(strings.ReplaceAll(value, `\,`, comma), ",")
	for i := range items {
		items[i] = strings.ReplaceAll(items[i], comma, ",")
	}
	return items
}

// notInTagKey tells whether a character is not allowed in a tag's key. A key with such a character is most likely the rest of a
// value whose comma was not escaped.
func notInTagKey(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_.:/@ ", r)
}
