package aliyun

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
	"unicode/utf8"

	"reactivate/internal/reactivate"
)

// answeredPage is what is read of an answer of DescribeInstances. It is read here, not by the SDK, whose decoder takes a map of
// the whole answer and back, which was most of a sweep's time; what that decoder puts up with is put up with here too.
// https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstances
type answeredPage[Row any] struct {
	RequestID text `json:"RequestId"`
	NextToken text
	Instances struct{ Instance []Row }
}

type answeredRow struct {
	InstanceID         text `json:"InstanceId"`
	InstanceName       text
	RegionID           text `json:"RegionId"`
	Status             text
	InstanceChargeType text
	StartTime          text
	OperationLocks     struct{ LockReason []*struct{ LockReason text } }
	Tags               struct{ Tag []*answeredTag }
}

type answeredTag struct{ TagKey, TagValue text }

// text is a JSON string, or the number or boolean that ECS may answer in place of one; null is "".
type text string

// UnmarshalJSON implements json.Unmarshaler.
func (t *text) UnmarshalJSON(raw []byte) error {
	switch raw[0] {
	case '"':
		if bytes.IndexByte(raw, '\\') < 0 && utf8.Valid(raw) {
			*t = text(raw[1 : len(raw)-1])
			return nil
		}
		return json.Unmarshal(raw, (*string)(t))
	case 'n':
		*t = ""
	case '{', '[':
		return errors.New("an object or a list stands where a text should")
	default:
		*t = text(raw)
	}
	return nil
}

// readPage reads an answer, whole where every row can be read, else row by row: a row that cannot be read is an error of
// the page, and the others are there all the same.
func readPage(body []byte) (page reactivate.Page, requestID string, err error) {
	var whole answeredPage[*answeredRow]
	if json.Unmarshal(body, &whole) == nil {
		page = newPage(&whole)
		for i, row := range whole.Instances.Instance {
			addRow(&page, i, row, string(whole.RequestID))
		}
		return page, string(whole.RequestID), nil
	}
	var parts answeredPage[json.RawMessage]
	if err := json.Unmarshal(body, &parts); err != nil {
		return reactivate.Page{}, "", err
	}
	page, requestID = newPage(&parts), string(parts.RequestID)
	for i, raw := range parts.Instances.Instance {
		var row *answeredRow
		if err := json.Unmarshal(raw, &row); err != nil {
			page.Errors = append(page.Errors, unreadable(i, idOf(raw), err, requestID))
			continue
		}
		addRow(&page, i, row, requestID)
	}
	return page, requestID, nil
}

func newPage[Row any](answered *answeredPage[Row]) reactivate.Page {
	return reactivate.Page{
		NextToken: string(answered.NextToken),
		Instances: make([]reactivate.Instance, 0, len(answered.Instances.Instance)),
	}
}

// idOf is the id of a row that cannot be read, "" where it is that which cannot.
func idOf(raw json.RawMessage) string {
	var row struct {
		InstanceID text `json:"InstanceId"`
	}
	_ = json.Unmarshal(raw, &row)
	return string(row.InstanceID)
}

var errNull, errNotPrinting = errors.New("it is null"), errors.New("a word of ECS's own holds what does not print")

// addRow adds a row of a page. What its owner wrote is cleaned; ECS's own words are taken to the letter or not at all,
// since a word that is cleaned may become another.
func addRow(page *reactivate.Page, i int, row *answeredRow, requestID string) {
	if row == nil {
		page.Errors = append(page.Errors, unreadable(i, "", errNull, requestID))
		return
	}
	for _, word := range []text{row.InstanceID, row.RegionID, row.Status, row.InstanceChargeType} {
		if string(word) != clean(string(word), Credentials{}) {
			page.Errors = append(page.Errors, unreadable(i, string(row.InstanceID), errNotPrinting, requestID))
			return
		}
	}
	page.Instances = append(page.Instances, reactivate.Instance{
		ID:         string(row.InstanceID),
		Name:       clean(string(row.InstanceName), Credentials{}),
		RegionID:   string(row.RegionID),
		Status:     reactivate.Status(row.Status),
		ChargeType: string(row.InstanceChargeType),
		Locks:      row.locks(),
		Tags:       row.tags(),
		StartTime:  moment(string(row.StartTime)),
	})
}

// unreadable is the error of row i of a page, from 0. Asking again would show the same row.
func unreadable(i int, id string, cause error, requestID string) *reactivate.Error {
	where := fmt.Sprintf("row %d of a page", i+1)
	if reactivate.ValidInstanceID(id) {
		where = id + ", " + where + ","
	}
	return &reactivate.Error{
		Op: "DescribeInstances", Class: reactivate.ClassUnknown, Status: http.StatusOK, RequestID: clean(requestID, Credentials{}),
		Message: clean(where+" cannot be read: "+cause.Error(), Credentials{}), Cause: cause,
	}
}

// moment reads ECS's times, which come without seconds and with them; what is none is the zero time.
// https://www.alibabacloud.com/help/en/ecs/developer-reference/iso-8601-time-format
func moment(text string) time.Time {
	for _, layout := range []string{"2006-01-02T15:04Z", time.RFC3339} {
		if t, err := time.Parse(layout, text); err == nil {
			return t
		}
	}
	return time.Time{}
}

func (row *answeredRow) locks() []string {
	var reasons []string
	for _, lock := range row.OperationLocks.LockReason {
		if lock != nil {
			reasons = append(reasons, string(lock.LockReason))
		}
	}
	return reasons
}

func (row *answeredRow) tags() map[string]string {
	if len(row.Tags.Tag) == 0 {
		return nil
	}
	values := make(map[string]string, len(row.Tags.Tag))
	for _, tag := range row.Tags.Tag {
		if tag != nil {
			values[string(tag.TagKey)] = string(tag.TagValue)
		}
	}
	return values
}
