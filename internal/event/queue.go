package event

import (
	"encoding/json"
	"encoding/xml"
	"strings"
)

// isQueue tells whether CloudEvents of a type carry a message. The first part of the type names the service.
// https://www.alibabacloud.com/help/en/fc/formats-of-event-for-different-triggers
func isQueue(eventType string) bool {
	service, _, _ := strings.Cut(eventType, ":")
	switch service {
	case "mns", "mq", "rocketmq", "amqp", "rabbitmq", "mqtt", "alikafka", "kafka":
		return true
	}
	return false
}

// message is the message in what a queue delivers: the data of a CloudEvent or, in the format RawData, the delivery itself. ok
// tells whether there is one. Kafka calls the message value; MNS queues call it messageBody; RocketMQ, RabbitMQ, MQTT and MNS
// topics with attributes call it body.
func message(o object) (body json.RawMessage, ok bool) {
	switch {
	case o.has("messageBody"):
		return o.value("messageBody"), true
	case o.has("value", "topic") && o.hasAny("partition", "offset"):
		return o.value("value"), true
	case o.has("body") && o.hasAny("attrs", "topic", "props", "envelope", "systemProperties"):
		return o.value("body"), true
	}
	return nil, false
}

// mnsXML decodes what an MNS topic posts to an HTTP endpoint in its default format, XML.
// https://www.alibabacloud.com/help/doc-detail/27482.htm
func (d Decoder) mnsXML(text []byte, depth int) (Decoded, *DecodeError) {
	var notification struct {
		XMLName xml.Name `xml:"Notification"`
		Message *string  `xml:"Message"`
	}
	if err := xml.Unmarshal(text, &notification); err != nil || notification.Message == nil {
		return Decoded{}, &DecodeError{Problem: say("not-mns-xml")}
	}
	quoted, _ := json.Marshal(*notification.Message) // strings always marshal
	return d.inner(quoted, depth), nil
}
