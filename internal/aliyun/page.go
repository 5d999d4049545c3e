package aliyun

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"reactivate/internal/cloud"
	"reactivate/internal/jsonscan"
)

// readPage reads an answer of DescribeInstances. The SDK is not used for that, because it turns the whole answer into a map and
// back, which took most of a sweep's time. Odd values that the SDK accepts are accepted here too. A row that cannot be read is
// an error in the page, and the other rows count.
// https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstances
func readPage(body []byte) (page cloud.Page, requestID string, err error) {
	s := jsonscan.New(body)
	for field := range s.Fields(pageFields) {
		switch field {
		case "RequestId":
			requestID = s.Text()
		case "NextToken":
			page.NextToken = s.Text()
		case "Instances":
			for range s.Fields(listField) {
				page.Instances, page.Errors = readRows(s)
			}
		}
	}
	if err := s.End(); err != nil {
		return cloud.Page{}, "", err
	}
	for _, err := range page.Errors {
		err.RequestID = clean(requestID, Credentials{})
	}
	return page, requestID, nil
}

// The fields that are read, by the object that has them.
var (
	pageFields  = []string{"RequestId", "NextToken", "Instances"}
	listField   = []string{"Instance"}
	rowFields   = []string{"InstanceId", "InstanceName", "RegionId", "Status", "InstanceChargeType", "StartTime", "OperationLocks", "Tags", "PublicIpAddress", "EipAddress"}
	reasonField = []string{"LockReason"} // the list in OperationLocks, and the text in its elements
	tagField    = []string{"Tag"}
	tagFields   = []string{"TagKey", "TagValue"}
	ipField     = []string{"IpAddress"} // the list in PublicIpAddress, and the text in EipAddress
)

func readRows(s *jsonscan.Scanner) (rows []cloud.Instance, faults []*cloud.Error) {
	for i := range s.Elements() {
		if rows == nil {
			rows = make([]cloud.Instance, 0, cloud.PageSize) // not before, because most pages are empty
		}
		row, err := readRow(s)
		if err != nil {
			faults = append(faults, unreadable(i, row.ID, err))
			continue
		}
		rows = append(rows, row)
	}
	return rows, faults
}

var errNull, errNotPrinting = errors.New("it is null"), errors.New("a word of ECS's own holds what does not print")

// readRow reads a row. Text that the owner wrote is cleaned. ECS's own words are not: a cleaned word might become another word,
// so a row with a word that does not print is refused.
func readRow(s *jsonscan.Scanner) (row cloud.Instance, err error) {
	if s.Null() {
		return row, errNull
	}
	var public, elastic string
	err = s.Apart(func() {
		for field := range s.Fields(rowFields) {
			switch field {
			case "InstanceId":
				row.ID = s.Text()
			case "InstanceName":
				row.Name = clean(s.Text(), Credentials{})
			case "RegionId":
				row.RegionID = s.Word()
			case "Status":
				row.Status = cloud.Status(s.Word())
			case "InstanceChargeType":
				row.ChargeType = s.Word()
			case "StartTime":
				row.StartTime = moment(s.Text())
			case "OperationLocks":
				row.Locks = readLocks(s)
			case "Tags":
				row.Tags = readTags(s)
			case "PublicIpAddress":
				public = readIP(s, true)
			case "EipAddress":
				elastic = readIP(s, false)
			}
		}
	})
	row.PublicIP = cmp.Or(elastic, public)
	for _, word := range []string{row.ID, row.RegionID, string(row.Status), row.ChargeType} {
		if err == nil && word != clean(word, Credentials{}) {
			err = errNotPrinting
		}
	}
	return row, err
}

func readLocks(s *jsonscan.Scanner) (reasons []string) {
	for range s.Fields(reasonField) {
		for range s.Elements() {
			if s.Null() {
				continue
			}
			reason := ""
			for range s.Fields(reasonField) {
				reason = s.Word()
			}
			reasons = append(reasons, reason)
		}
	}
	return reasons
}

// readIP reads an elastic address, or the first of a list of an instance's own public addresses. An address in an undocumented
// form is left out. Nothing is decided by it, so the row counts all the same.
func readIP(s *jsonscan.Scanner, list bool) (ip string) {
	_ = s.Apart(func() {
		for range s.Fields(ipField) {
			if !list {
				ip = address(s.Text())
				continue
			}
			for i := range s.Elements() {
				if i == 0 {
					ip = address(s.Text())
				}
			}
		}
	})
	return ip
}

// address returns a text that is an IP address, and "" for any other text.
func address(text string) string {
	if text == "" {
		return ""
	}
	if _, err := netip.ParseAddr(text); err != nil {
		return ""
	}
	return text
}

// readTags reads an instance's tags, without the blanks around keys and values. ECS shows each key once. If a key should stand
// twice, all its values are kept, as Instance.Tags describes, because any of them may keep the instance out.
func readTags(s *jsonscan.Scanner) (tags map[string]string) {
	for range s.Fields(tagField) {
		for range s.Elements() {
			if s.Null() {
				continue
			}
			var key, value string
			for field := range s.Fields(tagFields) {
				switch field {
				case "TagKey":
					key = s.Word()
				case "TagValue":
					value = s.Word()
				}
			}
			if tags == nil {
				tags = make(map[string]string)
			}
			key, value = strings.TrimSpace(key), strings.TrimSpace(value)
			if before, twice := tags[key]; twice && before != value {
				value = before + cloud.TagSeparator + value
			}
			tags[key] = value
		}
	}
	return tags
}

// unreadable is the error of row i of a page; the first row is 0. Asking again would show the same row.
func unreadable(i int, id string, cause error) *cloud.Error {
	where := fmt.Sprintf("row %d of a page", i+1)
	if cloud.ValidInstanceID(id) {
		where = id + ", " + where + ","
	}
	return &cloud.Error{
		Op: describeInstances.name, Class: cloud.ClassUnknown, Status: http.StatusOK,
		Message: clean(where+" cannot be read: "+cause.Error(), Credentials{}), Cause: cause,
	}
}

// moment reads a time of ECS, with or without seconds. Any other text is the zero time.
// https://www.alibabacloud.com/help/en/ecs/developer-reference/iso-8601-time-format
func moment(text string) time.Time {
	for _, layout := range []string{"2006-01-02T15:04Z", time.RFC3339} {
		if t, err := time.Parse(layout, text); err == nil {
			return t
		}
	}
	return time.Time{}
}
