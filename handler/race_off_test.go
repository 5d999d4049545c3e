//go:build !race

package handler_test

const race = false
