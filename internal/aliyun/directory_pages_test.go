package aliyun_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"reactivate/internal/aliyun"
	"reactivate/internal/cloud"
)

// accountsPage is a page of ListAccounts with these numbers of accounts. Without a total it does not tell the TotalCount.
func accountsPage(total string, numbers ...int) string {
	var rows []string
	for _, n := range numbers {
		rows = append(rows, fmt.Sprintf(`{"AccountId":"%d"}`, n))
	}
	if total != "" {
		total = `"TotalCount":` + total + `,`
	}
	return `{"RequestId":"R",` + total + `"Accounts":{"Account":[` + strings.Join(rows, ",") + `]}}`
}

// upTo counts from 1.
func upTo(n int) []int {
	var numbers []int
	for i := range n {
		numbers = append(numbers, i+1)
	}
	return numbers
}

// TestMembersOfShortPages: the TotalCount says where a list ends, and not the size of a page.
func TestMembersOfShortPages(t *testing.T) {
	for _, tt := range []struct {
		name  string
		pages []string // the last one is repeated
		want  int
		err   string // a part of the error; "" for none
	}{
		{"short pages", []string{accountsPage("3", 1, 2), accountsPage("3", 3)}, 3, ""},
		{"the last page is full", []string{accountsPage("100", upTo(100)...)}, 100, ""},
		{"the total is a text", []string{accountsPage(`"2"`, 1), accountsPage(`"2"`, 2)}, 2, ""},
		{"rows that are no accounts count", []string{`{"RequestId":"R","TotalCount":3,"Accounts":{"Account":[null,{"AccountId":"1"}]}}`, accountsPage("3", 2)}, 2, ""},
		{"the total is too small", []string{accountsPage("1", upTo(100)...), accountsPage("1", 101, 102)}, 102, ""},
		{"no total", []string{accountsPage("", 1, 2)}, 2, ""},
		{"the total is no number", []string{accountsPage(`"many"`, 1, 2)}, 2, ""},
		{"nothing", []string{accountsPage("0")}, 0, ""},
		{"it ends too early", []string{accountsPage("3", 1, 2), accountsPage("3")}, 0, "the list ends after 2 of 3 entries"},
		{"the same page always", []string{accountsPage("", upTo(100)...)}, 0, "page 2 of the list repeats"},
		{"an account moved between pages", []string{accountsPage("3", 1, 2), accountsPage("3", 2), accountsPage("3")}, 0, "page 2 of the list repeats"},
		{"one of two accounts repeats", []string{accountsPage("4", 1, 2), accountsPage("4", 2, 3), accountsPage("4")}, 0, "the list ends after 3 of 4 entries"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := cloudAt(t, func(w http.ResponseWriter, r *http.Request) {
				page, err := strconv.Atoi(r.FormValue("PageNumber"))
				if err != nil {
					t.Error(err)
				}
				_, _ = io.WriteString(w, tt.pages[min(page, len(tt.pages))-1])
			})
			got, err := c.Members(t.Context(), creds, "cn-hangzhou", "", nil)
			if tt.err == "" && (err != nil || len(got) != tt.want) {
				t.Errorf("got %d members, %v, want %d", len(got), err, tt.want)
			}
			if tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)) {
				t.Errorf("got %d members, %v, want the error %q", len(got), err, tt.err)
			}
		})
	}
}

// script answers each call with the next of its answers, the last one from then on, and notes when the calls came.
type script struct {
	answers []said
	began   time.Time
	at      []time.Duration
}

func (s *script) RoundTrip(*http.Request) (*http.Response, error) {
	i := min(len(s.at), len(s.answers)-1)
	s.at = append(s.at, time.Since(s.began))
	a := s.answers[i]
	h := http.Header{"X-Acs-Retry-After": {a.retryAfter}}
	return &http.Response{StatusCode: a.status, Header: h, Body: io.NopCloser(strings.NewReader(a.body))}, nil
}

// said is one answer.
type said struct {
	status     int
	body       string
	retryAfter string // in milliseconds; "" for none
}

// TestMembersTriesAgain: a fault that passes is tried again, at most four times and within the time that there is.
func TestMembersTriesAgain(t *testing.T) {
	const half, second = 500 * time.Millisecond, time.Second
	whole := said{200, accountsPage("1", 1), ""}
	throttled := said{400, `{"Code":"Throttling.User","RequestId":"R"}`, ""}
	type answers = []said
	for _, tt := range []struct {
		name    string
		answers answers
		time    time.Duration   // for the whole list
		at      []time.Duration // of the calls
		class   cloud.Class
	}{
		{"throttled", answers{throttled, whole}, time.Minute, []time.Duration{0, half}, ""},
		{"a 503", answers{{503, "", ""}, whole}, time.Minute, []time.Duration{0, half}, ""},
		{"asked to wait", answers{{429, "", "3000"}, whole}, time.Minute, []time.Duration{0, 3 * second}, ""},
		{"each page by itself", answers{throttled, {200, accountsPage("2", 1), ""}, throttled, {200, accountsPage("2", 2), ""}}, time.Minute, []time.Duration{0, half, half, second}, ""},
		{"it does not pass", answers{throttled}, time.Minute, []time.Duration{0, half, half + second, half + 3*second, half + 7*second}, cloud.ClassThrottled},
		{"no time for a pause", answers{{503, "", ""}}, second, []time.Duration{0, half}, cloud.ClassTransient},
		{"asked to wait for too long", answers{{429, "", "3000"}}, 2 * second, []time.Duration{0}, cloud.ClassThrottled},
		{"denied", answers{{403, `{"Code":"NoPermission","RequestId":"R"}`, ""}}, time.Minute, []time.Duration{0}, cloud.ClassDenied},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{answers: tt.answers, began: time.Now()}
				c := aliyun.NewCloud(aliyun.Endpoint{Loopback: "http://127.0.0.1:1"})
				c.Through(s)
				ctx, cancel := context.WithTimeout(t.Context(), tt.time)
				defer cancel()
				_, err := c.Members(ctx, creds, "cn-hangzhou", "", nil)
				refused, _ := errors.AsType[*cloud.Error](err)
				if tt.class == "" && err != nil || tt.class != "" && (refused == nil || refused.Class != tt.class) {
					t.Errorf("got %v, want the class %q", err, tt.class)
				}
				if fmt.Sprint(s.at) != fmt.Sprint(tt.at) {
					t.Errorf("called at %v, want %v", s.at, tt.at)
				}
			})
		})
	}
}
