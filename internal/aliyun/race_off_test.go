//go:build !race

package aliyun_test

const race = false
