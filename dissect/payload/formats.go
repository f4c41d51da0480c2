package payload

// All returns every format, in the order in which they are tried on a
// connection. To add one, write its file and name it here; one that is easily
// mistaken for another comes after it.
func All() []Format {
	return []Format{
		engineioFormat,
		socketioFormat,
		signalrFormat,
		mqttFormat,
		stompFormat,
		sockjsFormat,
		wampFormat,
		graphqlFormat,
		jsonrpcFormat,
		actioncableFormat,
		phoenixFormat,
		xmppFormat,
		sipFormat,
		tunnelFormat,
		jsonFormat,
		msgpackFormat,
		cborFormat,
		protobufFormat,
		guessFormat,
		textFormat,
		hexFormat,
	}
}
