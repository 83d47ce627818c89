// Prints what the published Envoy API and gRPC's health check define, as JSON: the full name of a message, enum or
// service to its lines, such as "3 hits_addend: uint32".
package main

import (
	"encoding/json"
	"fmt"
	"os"

	_ "github.com/envoyproxy/go-control-plane/envoy/service/auth/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/service/ratelimit/v3"
	_ "github.com/envoyproxy/go-control-plane/ratelimit/config/ratelimit/v3"
	_ "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

func main() {
	defined := map[string][]string{}
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		addMessages(defined, file.Messages())
		addEnums(defined, file.Enums())
		for i := range file.Services().Len() {
			service := file.Services().Get(i)
			for j := range service.Methods().Len() {
				method := service.Methods().Get(j)
				line := fmt.Sprintf("%s(%s%s): %s%s", method.Name(), stream(method.IsStreamingClient()),
					method.Input().FullName(), stream(method.IsStreamingServer()), method.Output().FullName())
				defined[string(service.FullName())] = append(defined[string(service.FullName())], line)
			}
		}
		return true
	})
	if err := json.NewEncoder(os.Stdout).Encode(defined); err != nil {
		panic(err)
	}
}

func addMessages(defined map[string][]string, messages protoreflect.MessageDescriptors) {
	for i := range messages.Len() {
		message := messages.Get(i)
		lines := []string{}
		for j := range message.Fields().Len() {
			field := message.Fields().Get(j)
			lines = append(lines, fmt.Sprintf("%d %s: %s", field.Number(), field.Name(), typeOf(field)))
		}
		defined[string(message.FullName())] = lines
		addMessages(defined, message.Messages())
		addEnums(defined, message.Enums())
	}
}

func addEnums(defined map[string][]string, enums protoreflect.EnumDescriptors) {
	for i := range enums.Len() {
		enum := enums.Get(i)
		lines := []string{}
		for j := range enum.Values().Len() {
			lines = append(lines, fmt.Sprintf("%d %s", enum.Values().Get(j).Number(), enum.Values().Get(j).Name()))
		}
		defined[string(enum.FullName())] = lines
	}
}

func typeOf(field protoreflect.FieldDescriptor) string {
	if field.IsMap() {
		return fmt.Sprintf("map<%s, %s>", typeOf(field.MapKey()), typeOf(field.MapValue()))
	}
	name := field.Kind().String()
	if field.Message() != nil {
		name = string(field.Message().FullName())
	} else if field.Enum() != nil {
		name = string(field.Enum().FullName())
	}
	if field.IsList() {
		return "repeated " + name
	}
	return name
}

func stream(streams bool) string {
	if streams {
		return "stream "
	}
	return ""
}
