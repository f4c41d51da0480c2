package verdict

// Load balancers that are rented, and IIS.
var clouds = []entry{
	{idle, Remedy{
		Product: "AWS ALB",
		Say:     "The load balancer cuts connections after 60 s of silence unless idle_timeout is raised; or let either end send a Ping more often than that.",
		Where:   "With the AWS command line",
		Lines:   "aws elbv2 modify-load-balancer-attributes --load-balancer-arn ARN \\\n    --attributes Key=idle_timeout.timeout_seconds,Value=3600",
	}},
	{scheme, Remedy{
		Product: "AWS ALB",
		Say:     "The target group speaks another version of HTTP than the WebSocket. A target group with HTTP/1.1 carries it; the version cannot be changed afterwards.",
		Where:   "With the AWS command line",
		Lines:   "aws elbv2 create-target-group --name websocket --protocol HTTP --protocol-version HTTP1 \\\n    --port 80 --vpc-id VPC",
	}},
	{upgrade, Remedy{
		Product: "AWS ALB",
		Say:     "The load balancer passes upgrades on when its target group speaks HTTP/1.1. Look at the proxy or the application behind it.",
	}},
	{upstream, Remedy{
		Product: "AWS ALB",
		Say:     "The load balancer wrote this answer: no target is healthy, or none answered. Look at the health of the target group, and at the security group of the targets.",
		Where:   "With the AWS command line",
		Lines:   "aws elbv2 describe-target-health --target-group-arn ARN",
	}},
	{sticky, Remedy{
		Product: "AWS ALB",
		Say:     "Requests of one Engine.IO session have to reach the same target.",
		Where:   "With the AWS command line",
		Lines:   "aws elbv2 modify-target-group-attributes --target-group-arn ARN \\\n    --attributes Key=stickiness.enabled,Value=true Key=stickiness.type,Value=lb_cookie",
	}},
	{idle, Remedy{
		Product: "Cloudflare",
		Say:     "Cloudflare cuts connections after 100 s of silence, which only Enterprise plans can change. Let either end send a Ping every 30 s.",
	}},
	{upgrade, Remedy{
		Product: "Cloudflare",
		Say:     "Switch on WebSockets in the dashboard of the zone, under Network. When it is on, look at the proxy or the application behind Cloudflare.",
	}},
	{drain, Remedy{
		Product: "Cloudflare",
		Say:     "Cloudflare restarts its servers and cuts connections when it does. Let clients reconnect by themselves after a random delay.",
	}},
	{policy, Remedy{
		Product: "Cloudflare",
		Say:     "A rule or a bot check of the zone refused the request; its security events name it. Make an exception for the path of the WebSocket.",
		Where:   "As the expression of a skip rule",
		Lines:   "(http.request.uri.path eq \"{path}\")",
	}},
	{upstream, Remedy{
		Product: "Cloudflare",
		Say:     "Cloudflare wrote this answer: 521 and 523 mean that your server could not be reached, 522 and 524 that it did not answer in time, 525 and 526 that TLS failed. Look at its firewall, its log and its certificate.",
	}},
	{lifetime, Remedy{
		Product: "Google",
		Say:     "The timeout of the backend service, 30 s unless it is set, bounds the whole life of a WebSocket.",
		Where:   "With gcloud; for an Ingress of GKE in a BackendConfig, `timeoutSec: 86400`",
		Lines:   "gcloud compute backend-services update NAME --global --timeout=86400",
	}},
	{idle, Remedy{
		Product: "Google",
		Say:     "The timeout of the backend service, 30 s unless it is set, bounds the whole life of a WebSocket.",
		Where:   "With gcloud; for an Ingress of GKE in a BackendConfig, `timeoutSec: 86400`",
		Lines:   "gcloud compute backend-services update NAME --global --timeout=86400",
	}},
	{idle, Remedy{
		Product: "CloudFront",
		Say:     "CloudFront cuts connections after 10 min of silence. Let either end send a Ping more often.",
	}},
	{upgrade, Remedy{
		Product: "CloudFront",
		Say:     "CloudFront passes upgrades on when the origin request policy forwards the Sec-WebSocket fields. Use the managed policy AllViewer for this behaviour, and no caching.",
		Where:   "In the cache behaviour of the path",
		Lines:   "CachePolicy:         CachingDisabled\nOriginRequestPolicy: AllViewer",
	}},
	{cache, Remedy{
		Product: "CloudFront",
		Say:     "CloudFront answered the handshake out of its cache. Switch caching off for this path.",
		Where:   "In the cache behaviour of the path",
		Lines:   "CachePolicy:         CachingDisabled\nOriginRequestPolicy: AllViewer",
	}},
	{upgrade, Remedy{
		Product: "IIS/ARR",
		Say:     "Install the WebSocket Protocol feature of IIS, and switch off compression and response buffering for the site.",
		Where:   "In an elevated PowerShell, and in web.config",
		Lines:   "Install-WindowsFeature Web-WebSockets\n\n<urlCompression doDynamicCompression=\"false\" doStaticCompression=\"false\" />",
	}},
	{requestField, Remedy{
		Product: "IIS/ARR",
		Say:     "ARR opens a WebSocket of its own with its own key. This is harmless as long as the answers fit; update ARR when they do not.",
	}},
	{drain, Remedy{
		Product: "IIS/ARR",
		Say:     "ARR ends the connection at the first compressed message. Switch compression off at the server, or remove the offer.",
		Where:   "In the rewrite rule of web.config, with HTTP_SEC_WEBSOCKET_EXTENSIONS among the allowed server variables",
		Lines:   "<set name=\"HTTP_SEC_WEBSOCKET_EXTENSIONS\" value=\"\" />",
	}},
}
