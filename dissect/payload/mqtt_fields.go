package payload

import (
	"fmt"
	"strconv"
	"time"

	"wsight/flow"
)

// fields reads what follows the fixed header of a packet (§3 of MQTT 3.1.1 and
// of MQTT 5), and joins acknowledgements with what they acknowledge.
func (d *mqttDecoder) fields(p *Part, r *mqttReader, flags byte, dir flow.Direction, result *Result) {
	switch p.Type {
	case "CONNECT":
		d.connect(p, r)
	case "CONNACK":
		d.connack(p, r, result)
	case "PUBLISH":
		d.publish(p, r, flags, dir)
	case "PUBACK", "PUBREC", "PUBREL", "PUBCOMP":
		d.acknowledge(p, r)
	case "SUBSCRIBE", "UNSUBSCRIBE":
		d.subscribe(p, r)
	case "SUBACK", "UNSUBACK":
		d.suback(p, r)
	case "PINGREQ":
		p.Asks, p.Heartbeat = "ping", true
	case "PINGRESP":
		p.Answers, p.Heartbeat = "ping", true
	case "DISCONNECT", "AUTH":
		if r.left() > 0 {
			if c := r.code("reason", mqttReason); c >= 0x80 || c == 0x04 {
				p.Failed = mqttReason(c)
			}
			if r.left() > 0 {
				r.properties("properties")
			}
		}
		if p.Type == "DISCONNECT" {
			result.expects = append(result.expects, expectation{dir: flow.ClientToServer})
		}
	}
}

func (d *mqttDecoder) connect(p *Part, r *mqttReader) {
	name := r.text("protocol name")
	d.version = byte(r.number("protocol level", 1))
	if r.wrong == "" && name != "MQTT" && name != "MQIsdp" {
		r.fail("the protocol name is not MQTT")
	}
	flags := r.number("flags", 1)
	r.explain(mqttConnectFlags(flags))
	d.alive = int(r.number("keep alive", 2))
	r.explain("seconds")
	d.v5(r, "properties")
	client := r.text("client identifier")
	if flags&0x04 != 0 {
		d.v5(r, "will properties")
		p.add("will", r.text("will topic"))
		r.data("will message")
	}
	if flags&0x80 != 0 {
		r.text("user name")
	}
	if flags&0x40 != 0 {
		r.data("password")
	}
	p.Asks = "connect"
	p.add("client", clip(client, summaryLimit))
	p.add("version", mqttVersion(d.version))
	p.add("keepalive", int64(d.alive))
	p.Summary += fmt.Sprintf(" %s %s keep alive %d s", mqttVersion(d.version), clip(client, summaryLimit), d.alive)
}

func mqttVersion(level byte) string {
	switch level {
	case 3:
		return "3.1"
	case 4:
		return "3.1.1"
	case 5:
		return "5"
	}
	return "level " + strconv.Itoa(int(level))
}

func mqttConnectFlags(flags uint64) string {
	text := ""
	for _, f := range []struct {
		bit  uint64
		name string
	}{{0x80, "user name"}, {0x40, "password"}, {0x20, "will retain"}, {0x04, "will"}, {0x02, "clean"}, {0x01, "reserved"}} {
		if flags&f.bit != 0 {
			text += ", " + f.name
		}
	}
	if flags&0x04 != 0 {
		text += fmt.Sprintf(", will QoS %d", flags>>3&3)
	}
	if text == "" {
		return ""
	}
	return text[2:]
}

// v5 reads properties when the version has them.
func (d *mqttDecoder) v5(r *mqttReader, name string) {
	if d.version == 5 && r.wrong == "" {
		r.properties(name)
	}
}

func (d *mqttDecoder) connack(p *Part, r *mqttReader, result *Result) {
	if d.version == 0 && r.left() > 2 {
		d.version = 5
	}
	r.number("flags", 1)
	meaning := mqttConnectCode
	if d.version == 5 {
		meaning = mqttReason
	}
	c := r.code("code", meaning)
	before := len(r.nodes)
	d.v5(r, "properties")
	if len(r.nodes) > before { // the server may shorten or lengthen it, §3.2.2.3.14
		if seconds, err := strconv.Atoi(r.nodes[before].pick("server keep alive")[0].Text(0)); err == nil {
			d.alive = seconds
		}
	}
	p.Answers = "connect"
	if r.wrong != "" {
		return
	}
	p.add("code", int64(c))
	if c != 0 {
		p.Failed = meaning(c)
		return
	}
	p.Summary += " " + meaning(c)
	result.expects = append(result.expects, mqttExpect(d.alive))
}

// mqttExpect is the promise of the client: a packet at least every so many
// seconds; the server gives up after one and a half times that (§3.1.2.10).
func mqttExpect(seconds int) expectation {
	return expectation{flow.ClientToServer, time.Duration(seconds) * time.Second * 3 / 2,
		fmt.Sprintf("the keep alive of %d s", seconds)}
}

func (d *mqttDecoder) publish(p *Part, r *mqttReader, flags byte, dir flow.Direction) {
	qos := flags >> 1 & 3
	topic := r.text("topic")
	p.add("qos", int64(qos))
	if flags&0x01 != 0 {
		p.add("retain", true)
	}
	if flags&0x08 != 0 {
		p.add("dup", true)
	}
	id := uint64(0)
	if qos > 0 {
		if id = r.number("packet identifier", 2); id == 0 {
			r.fail("PUBLISH with QoS " + strconv.Itoa(int(qos)) + " and the packet identifier 0")
		}
		p.Asks = "publish " + strconv.FormatUint(id, 10)
		p.add("id", int64(id))
	}
	before := len(r.nodes)
	d.v5(r, "properties")
	if topic == "" && len(r.nodes) > before {
		topic = d.aliases[dir][mqttAlias(r.nodes[before])]
	} else if len(r.nodes) > before {
		d.alias(dir, mqttAlias(r.nodes[before]), topic)
	}
	p.Name = clip(topic, summaryLimit)
	p.add("topic", clip(topic, keyLimit))
	if r.wrong == "" {
		p.Body = r.w.body("payload", r.at, r.end)
		r.nodes = append(r.nodes, p.Body)
		r.at = r.end
	}
	p.Summary += fmt.Sprintf(" QoS %d", qos)
}

// aliasLimit is how many topic aliases of one direction are kept.
const aliasLimit = 1024

// alias remembers that a number stands for a topic from now on, §3.3.2.3.4.
func (d *mqttDecoder) alias(dir flow.Direction, number uint64, topic string) {
	if number == 0 || len(topic) > nameLimit || len(d.aliases[dir]) >= aliasLimit {
		return
	}
	if d.aliases[dir] == nil {
		d.aliases[dir] = map[uint64]string{}
	}
	d.aliases[dir][number] = topic
}

// mqttAlias returns the topic alias among properties, 0 when there is none.
func mqttAlias(properties Node) uint64 {
	n, _ := strconv.ParseUint(properties.pick("topic alias")[0].Text(0), 10, 16)
	return n
}

// acknowledge reads PUBACK, PUBREC, PUBREL and PUBCOMP. With QoS 2 PUBREC
// answers PUBLISH, and PUBCOMP answers PUBREL.
func (d *mqttDecoder) acknowledge(p *Part, r *mqttReader) {
	id := d.identifier(p, r)
	p.Summary += " #" + id
	switch p.Type {
	case "PUBACK", "PUBREC":
		p.Answers = "publish " + id
	case "PUBREL":
		p.Asks = "release " + id
	case "PUBCOMP":
		p.Answers = "release " + id
	}
	if r.left() == 0 || r.wrong != "" {
		return
	}
	if c := r.code("reason", mqttReason); c >= 0x80 {
		p.Failed = mqttReason(c)
	}
	if r.left() > 0 {
		r.properties("properties")
	}
}

func (d *mqttDecoder) subscribe(p *Part, r *mqttReader) {
	id := d.identifier(p, r)
	d.v5(r, "properties")
	p.Asks = p.Type + " " + id
	for r.left() > 0 && r.wrong == "" {
		topic := clip(r.text("topic filter"), keyLimit)
		if p.Type == "SUBSCRIBE" {
			r.explain(fmt.Sprintf("QoS %d", r.subscribeOptions()&3))
		}
		if len(p.Fields) < maxFields {
			p.add("topic", topic)
		}
		if p.Name != "" {
			p.Name += ", "
		}
		p.Name = clip(p.Name+topic, summaryLimit)
	}
}

// identifier reads the packet identifier.
func (d *mqttDecoder) identifier(p *Part, r *mqttReader) string {
	id := r.number("packet identifier", 2)
	p.add("id", int64(id))
	return strconv.FormatUint(id, 10)
}

// maxFields is how many fields of one part are given to the filter.
const maxFields = 100

// subscribeOptions reads the byte behind a topic filter without a node of its own.
func (r *mqttReader) subscribeOptions() byte {
	if b := r.take("subscription options", 1); b != nil {
		return b[0]
	}
	return 0
}

func (d *mqttDecoder) suback(p *Part, r *mqttReader) {
	id := d.identifier(p, r)
	d.v5(r, "properties")
	request := "SUBSCRIBE"
	if p.Type == "UNSUBACK" {
		request = "UNSUBSCRIBE"
	}
	p.Answers = request + " " + id
	p.Summary += " #" + id
	for r.left() > 0 && r.wrong == "" {
		if c := r.code("code", mqttGranted); c >= 0x80 {
			p.Failed = mqttReason(c)
		}
	}
}
