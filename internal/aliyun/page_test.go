package aliyun_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"reflect"
	"strings"
	"testing"

	openapiutil "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	ecs "github.com/alibabacloud-go/ecs-20140526/v4/client"
	util "github.com/alibabacloud-go/tea-utils/v2/service"
	"github.com/alibabacloud-go/tea/tea"

	"reactivate/internal/aliyun"
	"reactivate/internal/cloud"
	"reactivate/internal/reactivate"
)

// canned answers every call of the SDK with one body.
type canned string

func (c canned) Call(*http.Request, *http.Transport) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(string(c)))}, nil
}

// sdkPage is how the SDK itself reads an answer.
func sdkPage(tb testing.TB, body string) (*ecs.DescribeInstancesResponseBody, error) {
	tb.Helper()
	client, err := ecs.NewClient(&openapiutil.Config{
		AccessKeyId: tea.String("fake"), AccessKeySecret: tea.String("fake"), RegionId: tea.String("cn-hangzhou"),
		Endpoint: tea.String("ecs.invalid"), HttpClient: canned(body),
	})
	if err != nil {
		tb.Fatal(err)
	}
	resp, err := client.DescribeInstancesWithOptions(&ecs.DescribeInstancesRequest{RegionId: tea.String("cn-hangzhou")}, &util.RuntimeOptions{})
	if err != nil {
		return nil, err
	}
	return resp.Body, nil
}

// FuzzPage compares our decoder with the SDK's: a row that the SDK can read must be read the same by ours, whatever stands in
// place of a text. Names that stand twice, or in another spelling, are left out: ECS writes none, and nothing says what they
// would mean.
func FuzzPage(f *testing.F) {
	for _, row := range []string{
		`{}`, `null`, `7`, `[]`, `""`,
		`{"InstanceId":"i-bp1000000000000go2go","InstanceName":null,"Status":"Stopped","InstanceChargeType":1,"StartTime":true}`,
		`{"InstanceId":1234567890123456789012,"InstanceName":-1.50e2,"RegionId":false,"Memory":"2048","DeletionProtection":"true"}`,
		`{"OperationLocks":{"LockReason":[{"LockReason":"financial","LockMsg":"x"},null,{},{"LockReason":7}]}}`,
		`{"OperationLocks":null,"Tags":null}`, `{"OperationLocks":{"LockReason":null},"Tags":{"Tag":null}}`, `{"OperationLocks":[]}`, `{"Tags":{"Tag":{}}}`,
		`{"Tags":{"Tag":[{"TagKey":"a","TagValue":"1"},{"TagKey":"a","TagValue":2},{"TagKey":null},null,{"TagValue":"\u00e9\ud83d\ude00\ud800"}]}}`,
		`{"PublicIpAddress":{"IpAddress":["203.0.113.7","203.0.113.8"]},"EipAddress":{"IpAddress":""}}`, `{"PublicIpAddress":null,"EipAddress":{"IpAddress":"2001:db8::1"}}`,
		`{"PublicIpAddress":{"IpAddress":[null,"203.0.113.8"]},"EipAddress":{"IpAddress":"here"}}`, `{"Tags":{"Tag":[{"TagKey":" a ","TagValue":" b"}]}}`,
		`{"InstanceName":"\"\\\/\b<&>\u2028"}`, "{\"InstanceName\":\"\xff\xc3\"}", `{"InstanceId":{}}`, `{"Status":[]}`, `{"StartTime":"2026-01-02T03:04Z"}`,
	} {
		f.Add(row, `"more"`)
	}
	f.Add(`{"Eipaddress":{"IpAddress":""}}`, `"more"`)
	for _, token := range []string{`null`, `""`, `7`, `true`, `{}`, `"\u0041"`} {
		f.Add(`{"InstanceId":"i-bp1000000000000go2go"}`, token)
	}
	for _, broken := range []string{`{`, `}`, `]`, `,`, `:`, `"`, `"\`, `{"`, `{"a"`, `{"a":`, `{"a":1,`, `{1:2}`, `{"a" 1}`, `{"InstanceId":nul}`, `[,]`, `{,}`, "\x00", "{}{}", ``, `{"a":"\u12"}`, `{"a":"\u12G4"}`, `{"a":"\x"}`, "{\"a\":\"\n\"}", `{"a":01}`, `{"a":nil}`, `{"a":[1}]`} {
		f.Add(broken, `"more"`)
		f.Add(`{}`, broken)
	}
	f.Fuzz(asTheSDKReads)
}

// TestPageAsTheSDKReads does the same with all that ECS documents.
func TestPageAsTheSDKReads(t *testing.T) { asTheSDKReads(t, row(1), `"more"`) }

func asTheSDKReads(t *testing.T, row, token string) {
	body := `{"RequestId":"R","NextToken":` + token + `,"Instances":{"Instance":[` + row + `]}}`
	if !json.Valid([]byte(body)) {
		if page, _, err := aliyun.ReadPage([]byte(body)); err == nil {
			t.Errorf("%s\nis no JSON, and got %+v", body, page)
		}
		return
	}
	if ambiguous(body) {
		t.Skip()
	}
	want, sdkErr := sdkPage(t, body)
	got, requestID, err := aliyun.ReadPage([]byte(body))
	if sdkErr != nil {
		return // ours reads fewer fields, so it may well read the row
	}
	if err != nil || requestID != tea.StringValue(want.RequestId) || got.NextToken != tea.StringValue(want.NextToken) {
		t.Fatalf("%s\ngot the id %q, the token %q, %v\nthe SDK reads the id %q, the token %q", body, requestID, got.NextToken, err, tea.StringValue(want.RequestId), tea.StringValue(want.NextToken))
	}
	var instances []cloud.Instance
	for _, row := range want.Instances.Instance {
		if row != nil && printsWhole(row) {
			instances = append(instances, instanceOf(row))
		}
	}
	if len(got.Instances)+len(got.Errors) != len(want.Instances.Instance) {
		t.Fatalf("%s\ngot %d rows and %d errors, the SDK reads %d rows", body, len(got.Instances), len(got.Errors), len(want.Instances.Instance))
	}
	if len(instances) != len(got.Instances) || len(instances) > 0 && !reflect.DeepEqual(instances, got.Instances) {
		t.Errorf("%s\ngot %+v, the SDK reads %+v", body, got.Instances, instances)
	}
}

// TestPageUnclear: a name that stands twice, or in another case, is ambiguous. The row or the page is then an error, and a tag
// that keeps an instance out is never lost.
func TestPageUnclear(t *testing.T) {
	const never = `"Tags":{"Tag":[{"TagKey":"reactivate","TagValue":"never"}]}`
	for _, tt := range []struct{ of, is string }{
		{`,"Tags"`, `,"tags"`}, {`"Tag":`, `"TAG":`}, {`"TagKey"`, `"tagKey"`}, {`"TagKey"`, `"TagKey":"other","TagKey"`}, {`]}}`, `]},"Tags":null}`},
		{`"Tag":[`, `"Tag":[],"Tag":[`}, {`"Status"`, `"Status":"Running","Status"`}, {`"OperationLocks"`, `"operationlocks"`}, {`{"LockReason":"`, `{"lockReason":"`},
	} {
		row := `{"InstanceId":"i-bp1000000000000go2go","Status":"Stopped","OperationLocks":{"LockReason":[{"LockReason":"financial"}]},` + never + `}`
		body := `{"RequestId":"R","Instances":{"Instance":[` + strings.Replace(row, tt.of, tt.is, 1) + `,` + row + `]}}`
		page, _, err := aliyun.ReadPage([]byte(body))
		if err != nil || len(page.Instances) != 1 || len(page.Errors) != 1 || !strings.Contains(page.Errors[0].Message, "row 1") {
			t.Errorf("%s: got %+v, errors %v, %v", body, page.Instances, page.Errors, err)
		}
	}
	for _, body := range []string{
		`{"RequestId":"R","nextToken":"more","Instances":null}`, `{"RequestId":"R","Instances":null,"Instances":null}`,
		`{"RequestId":"R","instances":{"Instance":[]}}`, `{"RequestId":"R","Instances":{"instance":[]}}`, `{"RequestId":"R","Instances":{"Instance":[],"Instance":[]}}`,
	} {
		if page, _, err := aliyun.ReadPage([]byte(body)); err == nil {
			t.Errorf("%s: got %+v and no error", body, page)
		}
	}
}

// ambiguous tells whether an object has a name twice, in any spelling, or one of ours in another spelling.
func ambiguous(body string) bool {
	d := json.NewDecoder(strings.NewReader(body))
	type object struct {
		names []string
		key   bool // a name comes next
	}
	var open []*object // nil: a list
	for {
		token, err := d.Token()
		if err != nil {
			return err != io.EOF
		}
		var in *object
		if len(open) > 0 {
			in = open[len(open)-1]
		}
		name, isText := token.(string)
		if in != nil && in.key && isText {
			for _, other := range in.names {
				if strings.EqualFold(name, other) {
					return true
				}
			}
			for _, other := range aliyun.PageNames {
				if name != other && strings.EqualFold(name, other) {
					return true
				}
			}
			in.names, in.key = append(in.names, name), false
			continue
		}
		if in != nil {
			in.key = true
		}
		switch token {
		case json.Delim('{'):
			open = append(open, &object{key: true})
		case json.Delim('['):
			open = append(open, nil)
		case json.Delim('}'), json.Delim(']'):
			open = open[:len(open)-1]
		}
	}
}

// printsWhole tells whether ECS's own words in a row print.
func printsWhole(row *ecs.DescribeInstancesResponseBodyInstancesInstance) bool {
	for _, word := range []*string{row.InstanceId, row.RegionId, row.Status, row.InstanceChargeType} {
		if word := tea.StringValue(word); word != aliyun.Clean(word) {
			return false
		}
	}
	return true
}

func instanceOf(row *ecs.DescribeInstancesResponseBodyInstancesInstance) cloud.Instance {
	in := cloud.Instance{
		ID: tea.StringValue(row.InstanceId), Name: aliyun.Clean(tea.StringValue(row.InstanceName)), RegionID: tea.StringValue(row.RegionId),
		Status: cloud.Status(tea.StringValue(row.Status)), ChargeType: tea.StringValue(row.InstanceChargeType),
		StartTime: aliyun.Moment(tea.StringValue(row.StartTime)),
	}
	if row.OperationLocks != nil {
		for _, lock := range row.OperationLocks.LockReason {
			if lock != nil {
				in.Locks = append(in.Locks, tea.StringValue(lock.LockReason))
			}
		}
	}
	if row.Tags != nil {
		for _, tag := range row.Tags.Tag {
			if tag != nil {
				if in.Tags == nil {
					in.Tags = make(map[string]string)
				}
				key, value := strings.TrimSpace(tea.StringValue(tag.TagKey)), strings.TrimSpace(tea.StringValue(tag.TagValue))
				if before, twice := in.Tags[key]; twice && before != value {
					value = before + cloud.TagSeparator + value
				}
				in.Tags[key] = value
			}
		}
	}
	if row.PublicIpAddress != nil && len(row.PublicIpAddress.IpAddress) > 0 {
		in.PublicIP = addressOf(row.PublicIpAddress.IpAddress[0])
	}
	if row.EipAddress != nil {
		in.PublicIP = cmp.Or(addressOf(row.EipAddress.IpAddress), in.PublicIP)
	}
	return in
}

func addressOf(text *string) string {
	ip, err := netip.ParseAddr(tea.StringValue(text))
	if err != nil || !ip.IsValid() {
		return ""
	}
	return tea.StringValue(text)
}

// row is an instance as DescribeInstances documents it, with all its fields.
// https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstances
func row(n int) string {
	return fmt.Sprintf(`{"InstanceId":"i-bp%018d","InstanceName":"web-%d","Description":"","HostName":"web-%d","RegionId":"cn-hangzhou","ZoneId":"cn-hangzhou-i",
"ClusterId":"","Status":"Stopped","StoppedMode":"KeepCharging","InstanceChargeType":"PostPaid","InternetChargeType":"PayByTraffic","SpotStrategy":"NoSpot",
"SpotPriceLimit":0.0,"SpotDuration":0,"SaleCycle":"","CreationTime":"2025-03-04T05:06Z","StartTime":"2026-01-02T03:04Z","ExpiredTime":"2099-12-31T15:59Z",
"AutoReleaseTime":"","InstanceType":"ecs.g7.large","InstanceTypeFamily":"ecs.g7","Cpu":2,"Memory":8192,"GPUAmount":0,"GPUSpec":"","LocalStorageAmount":0,
"LocalStorageCapacity":0,"ImageId":"aliyun_3_x64_20G_alibase_20250117.vhd","OSName":"Alibaba Cloud Linux 3.2104 LTS 64bit","OSNameEn":"Alibaba Cloud Linux 3.2104 LTS 64bit",
"OSType":"linux","IoOptimized":true,"DeviceAvailable":true,"Recyclable":false,"DeletionProtection":false,"InstanceNetworkType":"vpc","InternetMaxBandwidthIn":10,
"InternetMaxBandwidthOut":5,"CreditSpecification":"","KeyPairName":"ops","SerialNumber":"51d1353b-22bf-4567-a176-8b3e12e43135","ResourceGroupId":"rg-acfm1234567890",
"DeploymentSetId":"","DeploymentSetGroupNo":0,"HpcClusterId":"","ISP":"","VlanId":"","Hibernation":false,"HibernationOptions":{"Configured":false},
"CpuOptions":{"CoreCount":1,"ThreadsPerCore":2,"Numa":"ON","TopologyType":""},"MetadataOptions":{"HttpEndpoint":"","HttpTokens":"","HttpPutResponseHopLimit":0},
"ImageOptions":{"LoginAsNonRoot":false},"PrivateDnsNameOptions":{"EnableInstanceIdDnsARecord":false},"DedicatedHostAttribute":{"DedicatedHostId":"","DedicatedHostName":"","DedicatedHostClusterId":""},
"DedicatedInstanceAttribute":{"Affinity":"","Tenancy":""},"EcsCapacityReservationAttr":{"CapacityReservationId":"","CapacityReservationPreference":""},
"EipAddress":{"AllocationId":"","IpAddress":"","InternetChargeType":"","Bandwidth":0,"IsSupportUnassociate":true},"InnerIpAddress":{"IpAddress":[]},
"PublicIpAddress":{"IpAddress":["203.0.113.7"]},"RdmaIpAddress":{"IpAddress":[]},"SecurityGroupIds":{"SecurityGroupId":["sg-bp1234567890"]},
"VpcAttributes":{"VpcId":"vpc-bp1234567890","VSwitchId":"vsw-bp1234567890","NatIpAddress":"","PrivateIpAddress":{"IpAddress":["192.0.2.7"]}},
"NetworkInterfaces":{"NetworkInterface":[{"NetworkInterfaceId":"eni-bp1234567890","MacAddress":"00:16:3e:12:34:56","PrimaryIpAddress":"192.0.2.7","Type":"Primary",
"PrivateIpSets":{"PrivateIpSet":[{"PrivateIpAddress":"192.0.2.7","Primary":true}]},"Ipv6Sets":{"Ipv6Set":[]},"Ipv4PrefixSets":{"Ipv4PrefixSet":[]},"Ipv6PrefixSets":{"Ipv6PrefixSet":[]}}]},
"OperationLocks":{"LockReason":[{"LockReason":"financial","LockMsg":""}]},
"Tags":{"Tag":[{"TagKey":"env","TagValue":"production"},{"TagKey":"team","TagValue":"payments"},{"TagKey":"cost-centre","TagValue":"4711"},{"TagKey":"acs:autoscaling:scalingGroupId","TagValue":"asg-bp1234567890"}]}}`, n, n, n)
}

// fullPage is an answer of 100 rows.
func fullPage() string {
	rows := make([]string, cloud.PageSize)
	for i := range rows {
		rows[i] = row(i + 1)
	}
	page := `{"RequestId":"R","NextToken":"more","PageNumber":1,"PageSize":100,"TotalCount":100000,"Instances":{"Instance":[` + strings.Join(rows, ",") + `]}}`
	return strings.ReplaceAll(page, "\n", "")
}

// TestPageOddAddresses: an address in an undocumented form is left out, and its row counts.
func TestPageOddAddresses(t *testing.T) {
	for fields, want := range map[string]string{
		`"PublicIpAddress":"203.0.113.7"`:                                                    "",
		`"PublicIpAddress":["203.0.113.7"]`:                                                  "",
		`"PublicIpAddress":{"IpAddress":"203.0.113.7"}`:                                      "",
		`"PublicIpAddress":{"IpAddress":[{}]}`:                                               "",
		`"PublicIpAddress":{"IpAddress":["203.0.113.7"],"ipAddress":[]}`:                     "203.0.113.7",
		`"PublicIpAddress":{"IpAddress":["203.0.113.7"]},"EipAddress":[]`:                    "203.0.113.7",
		`"EipAddress":{"IpAddress":["203.0.113.9"]},"PublicIpAddress":{"IpAddress":[]}`:      "",
		`"EipAddress":{"IpAddress":"203.0.113.9"},"PublicIpAddress":{"IpAddress":["x y"]}`:   "203.0.113.9",
		`"EipAddress":{"IpAddress":"<script>"},"PublicIpAddress":{"IpAddress":["10.0.0.1"]}`: "10.0.0.1",
	} {
		body := `{"RequestId":"R","Instances":{"Instance":[{"InstanceId":"i-bp1000000000000go2go","Status":"Stopped",` + fields + `}]}}`
		page, _, err := aliyun.ReadPage([]byte(body))
		if err != nil || len(page.Instances) != 1 || len(page.Errors) != 0 || page.Instances[0].PublicIP != want {
			t.Errorf("%s: got %+v, errors %v, %v, want the row with %q", fields, page.Instances, page.Errors, err, want)
		}
	}
}

// TestPageTagsThatForbid: neither blanks nor a second tag with the same key hide a tag that keeps an instance out.
func TestPageTagsThatForbid(t *testing.T) {
	policy := reactivate.Policy{ExcludeTags: []cloud.Tag{{Key: "env", Value: "test"}}}
	for tags, want := range map[string]reactivate.Verdict{
		`["reactivate","never"],["reactivate","yes"]`:                            reactivate.VerdictExcluded,
		`["reactivate","yes"],["reactivate","never"]`:                            reactivate.VerdictExcluded,
		`["reactivate","a"],["reactivate"," NEVER\t"],["reactivate","b"]`:        reactivate.VerdictExcluded,
		`[" Reactivate","never "]`:                                               reactivate.VerdictExcluded,
		`["reactivate","yes"],["REACTIVATE","never"]`:                            reactivate.VerdictExcluded,
		`["env","test"],["env","prod"]`:                                          reactivate.VerdictExcluded,
		`["env","prod"],["env","test"]`:                                          reactivate.VerdictExcluded,
		`["env ","test\u00a0"]`:                                                  reactivate.VerdictExcluded,
		`["reactivate","nevermore"],["env","testing"],["my-reactivate","never"]`: reactivate.VerdictReactivate,
		`["reactivate","yes"],["reactivate","yes"]`:                              reactivate.VerdictReactivate,
	} {
		rows := strings.NewReplacer(`["`, `{"TagKey":"`, `","`, `","TagValue":"`, `"]`, `"}`).Replace(tags)
		body := `{"RequestId":"R","Instances":{"Instance":[{"InstanceId":"i-bp1000000000000go2go","Status":"Stopped","InstanceChargeType":"PostPaid",` +
			`"OperationLocks":{"LockReason":[{"LockReason":"financial"}]},"Tags":{"Tag":[` + rows + `]}}]}}`
		page, _, err := aliyun.ReadPage([]byte(body))
		if err != nil || len(page.Instances) != 1 {
			t.Fatalf("%s: got %+v, %v", tags, page, err)
		}
		if got := policy.Check(&page.Instances[0], false); got != want {
			t.Errorf("%s: got %s of %q, want %s", tags, got, page.Instances[0].Tags, want)
		}
	}
}
