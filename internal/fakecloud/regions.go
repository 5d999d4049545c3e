package fakecloud

import "encoding/xml"

type regionsBody struct {
	XMLName   xml.Name   `json:"-" xml:"DescribeRegionsResponse"`
	RequestID string     `json:"RequestId" xml:"RequestId"`
	Regions   regionRows `json:"Regions" xml:"Regions"`
}

type regionRows struct {
	Region []regionRow `json:"Region" xml:"Region"`
}

type regionRow struct {
	RegionID       string `json:"RegionId" xml:"RegionId"`
	RegionEndpoint string `json:"RegionEndpoint" xml:"RegionEndpoint"`
	LocalName      string `json:"LocalName" xml:"LocalName"`
	Status         string `json:"Status" xml:"Status"`
}

// localNames are the names of common regions, in Chinese and in English. Of
// others the fake tells the id.
// Source: https://www.alibabacloud.com/help/doc-detail/40654.htm (Regions and zones)
var localNames = map[string][2]string{
	"cn-hangzhou":    {"华东1（杭州）", "China (Hangzhou)"},
	"cn-shanghai":    {"华东2（上海）", "China (Shanghai)"},
	"cn-qingdao":     {"华北1（青岛）", "China (Qingdao)"},
	"cn-beijing":     {"华北2（北京）", "China (Beijing)"},
	"cn-zhangjiakou": {"华北3（张家口）", "China (Zhangjiakou)"},
	"cn-shenzhen":    {"华南1（深圳）", "China (Shenzhen)"},
	"cn-guangzhou":   {"华南3（广州）", "China (Guangzhou)"},
	"cn-chengdu":     {"西南1（成都）", "China (Chengdu)"},
	"cn-hongkong":    {"中国香港", "China (Hong Kong)"},
	"ap-southeast-1": {"新加坡", "Singapore"},
	"ap-northeast-1": {"日本（东京）", "Japan (Tokyo)"},
	"eu-central-1":   {"德国（法兰克福）", "Germany (Frankfurt)"},
	"us-west-1":      {"美国（硅谷）", "US (Silicon Valley)"},
	"us-east-1":      {"美国（弗吉尼亚）", "US (Virginia)"},
}

// describeRegions lists the regions. Names are Chinese unless AcceptLanguage
// says otherwise; of other languages than English the fake gives the English.
// The reference says that it needs no permission; a key of the fleet file that
// is denied it is refused all the same, so that a client can be tried.
// Source: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeregions
func (k *call) describeRegions() (any, *Error) {
	language := 1
	switch k.q.params.Get("AcceptLanguage") {
	case "", "zh-CN":
		language = 0
	case "zh-TW", "en-US", "ja", "fr", "de", "ko":
	default:
		return nil, apiError("InvalidAcceptLanguage.NotFound")
	}
	if e := k.allowed(); e != nil {
		return nil, e
	}
	body := regionsBody{RequestID: k.id}
	for _, id := range k.regions {
		name := id
		if names, ok := localNames[id]; ok {
			name = names[language]
		}
		body.Regions.Region = append(body.Regions.Region, regionRow{
			RegionID: id, RegionEndpoint: "ecs." + id + ".aliyuncs.com", LocalName: name, Status: "available",
		})
	}
	return body, nil
}
