package filter

// The names that may stand for numbers. Services are a fixed table, so that an
// expression means the same on every machine.

// A service is a name for a port, for TCP, UDP or both.
type service struct {
	port     uint16
	tcp, udp bool
}

var services = map[string]service{
	"ftp-data": {20, true, false}, "ftp": {21, true, false}, "ssh": {22, true, false},
	"telnet": {23, true, false}, "smtp": {25, true, false}, "domain": {53, true, true},
	"bootps": {67, false, true}, "bootpc": {68, false, true}, "tftp": {69, false, true},
	"http": {80, true, false}, "kerberos": {88, true, true}, "pop3": {110, true, false},
	"sunrpc": {111, true, true}, "ntp": {123, false, true}, "imap2": {143, true, false},
	"snmp": {161, true, true}, "snmp-trap": {162, true, true}, "bgp": {179, true, false},
	"ldap": {389, true, true}, "https": {443, true, true}, "syslog": {514, false, true},
	"submission": {587, true, false}, "ldaps": {636, true, true}, "domain-s": {853, true, true},
	"imaps": {993, true, false}, "pop3s": {995, true, false}, "socks": {1080, true, false},
	"mqtt": {1883, true, false}, "amqp": {5672, true, true}, "amqps": {5671, true, false},
	"mysql": {3306, true, false}, "postgresql": {5432, true, false}, "redis": {6379, true, false},
	"sip": {5060, true, true}, "sip-tls": {5061, true, true}, "xmpp-client": {5222, true, false},
	"secure-mqtt": {8883, true, false}, "http-alt": {8080, true, true},
}

// Numbers of protocols inside IP, https://www.iana.org/assignments/protocol-numbers.
const (
	protocolICMP     = 1
	protocolIGMP     = 2
	protocolTCP      = 6
	protocolUDP      = 17
	protocolFragment = 44
	protocolESP      = 50
	protocolAH       = 51
	protocolICMP6    = 58
	protocolPIM      = 103
	protocolVRRP     = 112
	protocolSCTP     = 132
)

var ipProtocols = map[string]uint32{
	"icmp": protocolICMP, "igmp": protocolIGMP, "ipencap": 4, "tcp": protocolTCP, "udp": protocolUDP,
	"ipv6": 41, "gre": 47, "esp": protocolESP, "ah": protocolAH, "icmp6": protocolICMP6, "ipv6-icmp": protocolICMP6,
	"ospf": 89, "pim": protocolPIM, "vrrp": protocolVRRP, "l2tp": 115, "sctp": protocolSCTP, "udplite": 136,
}

// Numbers that an Ethernet header gives to what follows it, IEEE 802.
const (
	etherIP      = 0x0800
	etherARP     = 0x0806
	etherRARP    = 0x8035
	etherVLAN    = 0x8100
	etherIPv6    = 0x86dd
	etherMPLS    = 0x8847
	etherPPPoED  = 0x8863
	etherPPPoES  = 0x8864
	etherQinQ    = 0x88a8
	etherOldQinQ = 0x9100 // before IEEE 802.1ad gave a number
)

var etherProtocols = map[string]uint32{
	"ip": etherIP, "ip6": etherIPv6, "ipv6": etherIPv6, "arp": etherARP, "rarp": etherRARP,
}

// constants are the names of offsets and values that may stand in arithmetic.
var constants = map[string]uint32{
	"tcpflags": 13,
	"tcp-fin":  0x01, "tcp-syn": 0x02, "tcp-rst": 0x04, "tcp-push": 0x08,
	"tcp-ack": 0x10, "tcp-urg": 0x20, "tcp-ece": 0x40, "tcp-cwr": 0x80,

	"icmptype": 0, "icmpcode": 1,
	"icmp-echoreply": 0, "icmp-unreach": 3, "icmp-sourcequench": 4, "icmp-redirect": 5,
	"icmp-echo": 8, "icmp-routeradvert": 9, "icmp-routersolicit": 10, "icmp-timxceed": 11,
	"icmp-paramprob": 12, "icmp-tstamp": 13, "icmp-tstampreply": 14, "icmp-ireq": 15,
	"icmp-ireqreply": 16, "icmp-maskreq": 17, "icmp-maskreply": 18,

	"icmp6type": 0, "icmp6code": 1,
	"icmp6-destinationunreach": 1, "icmp6-packettoobig": 2, "icmp6-timeexceeded": 3,
	"icmp6-parameterproblem": 4, "icmp6-echo": 128, "icmp6-echoreply": 129,
	"icmp6-multicastlistenerquery": 130, "icmp6-multicastlistenerreportv1": 131,
	"icmp6-multicastlistenerdone": 132, "icmp6-routersolicit": 133, "icmp6-routeradvert": 134,
	"icmp6-neighborsolicit": 135, "icmp6-neighboradvert": 136, "icmp6-redirect": 137,
}

// refused are the words of the language that this package does not know, with
// what an error says about them.
var refused = map[string]string{
	"protochain": "header chains are not followed; name the protocol with proto",
	"gateway":    "not supported; name the Ethernet address with ether host",
	"wlan":       "wireless frames are not supported", "type": "wireless frames are not supported",
	"subtype": "wireless frames are not supported", "dir": "wireless frames are not supported",
	"addr1": "wireless frames are not supported", "addr2": "wireless frames are not supported",
	"addr3": "wireless frames are not supported", "addr4": "wireless frames are not supported",
	"radio": "wireless frames are not supported", "ppi": "wireless frames are not supported",
	"ra": "wireless frames are not supported", "ta": "wireless frames are not supported",
	"ifname": "packets of other filters are not supported", "on": "packets of other filters are not supported",
	"rnr": "packets of other filters are not supported", "rulenum": "packets of other filters are not supported",
	"reason": "packets of other filters are not supported", "rset": "packets of other filters are not supported",
	"ruleset": "packets of other filters are not supported", "srnr": "packets of other filters are not supported",
	"subrulenum": "packets of other filters are not supported", "action": "packets of other filters are not supported",
	"atalk": notIP, "aarp": notIP, "decnet": notIP, "iso": notIP, "clnp": notIP, "esis": notIP, "isis": notIP,
	"stp": notIP, "ipx": notIP, "netbeui": notIP, "lat": notIP, "moprc": notIP, "mopdl": notIP, "sca": notIP,
	"llc": notIP, "l1": notIP, "l2": notIP, "iih": notIP, "lsp": notIP, "snp": notIP, "csnp": notIP, "psnp": notIP,
	"geneve": "tunnels are not looked into", "vxlan": "tunnels are not looked into",
	"igrp": "not supported; write ip proto 9", "carp": "not supported; write ip proto 112",
	"lane": "ATM is not supported", "atm": "ATM is not supported", "vpi": "ATM is not supported", "vci": "ATM is not supported",
}

const notIP = "only IP, ARP and what they carry are supported; write ether proto and its number"
