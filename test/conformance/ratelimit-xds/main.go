// A management server for the rate limit service: go-control-plane's own, with snapshots that come as lines of JSON on
// standard input: {"node": ..., "version": ..., "resources": [RateLimitConfig as JSON, ...]}. What it hears is a
// line of JSON each on standard output: its address first, then every request of a client.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"

	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"github.com/envoyproxy/go-control-plane/pkg/cache/types"
	"github.com/envoyproxy/go-control-plane/pkg/cache/v3"
	"github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	"github.com/envoyproxy/go-control-plane/pkg/server/v3"
	rls "github.com/envoyproxy/go-control-plane/ratelimit/config/ratelimit/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/encoding/protojson"
)

type command struct {
	Node      string            `json:"node"`
	Version   string            `json:"version"`
	Resources []json.RawMessage `json:"resources"`
}

func say(event any) {
	line, err := json.Marshal(event)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(line))
}

func main() {
	listen := "127.0.0.1:0"
	if len(os.Args) > 1 {
		listen = os.Args[1]
	}
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		panic(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	snapshots := cache.NewSnapshotCache(false, cache.IDHash{}, nil)
	callbacks := server.CallbackFuncs{
		StreamOpenFunc: func(ctx context.Context, _ int64, _ string) error {
			values, _ := metadata.FromIncomingContext(ctx)
			say(map[string]any{"opened": true, "authorization": values.Get("authorization")})
			return nil
		},
		StreamRequestFunc: func(_ int64, request *discovery.DiscoveryRequest) error {
			say(map[string]any{
				"node":     request.GetNode().GetId(),
				"metadata": request.GetNode().GetMetadata().AsMap(),
				"version":  request.GetVersionInfo(),
				"nonce":    request.GetResponseNonce(),
				"error":    request.GetErrorDetail().GetMessage(),
			})
			return nil
		},
	}
	service := grpc.NewServer()
	discovery.RegisterAggregatedDiscoveryServiceServer(service, server.NewServer(ctx, snapshots, callbacks))
	go func() {
		if err := service.Serve(listener); err != nil {
			panic(err)
		}
	}()
	say(map[string]any{"address": listener.Addr().String()})

	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var next command
		if err := json.Unmarshal(lines.Bytes(), &next); err != nil {
			panic(err)
		}
		resources := make([]types.Resource, 0, len(next.Resources))
		for _, raw := range next.Resources {
			config := &rls.RateLimitConfig{}
			if err := protojson.Unmarshal(raw, config); err != nil {
				panic(err)
			}
			resources = append(resources, config)
		}
		snapshot, err := cache.NewSnapshot(next.Version, map[resource.Type][]types.Resource{
			resource.RateLimitConfigType: resources,
		})
		if err != nil {
			panic(err)
		}
		if err := snapshots.SetSnapshot(ctx, next.Node, snapshot); err != nil {
			panic(err)
		}
	}
}
