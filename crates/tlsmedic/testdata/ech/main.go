// An HTTPS server that holds a key for Encrypted Client Hello (RFC 9849), or has lost it and holds another.
//
//	ech ADDRESS CERTIFICATE KEY PUBLISHED held|lost
//
// What DNS is to publish is written to the file PUBLISHED, in base64.
package main

import (
	"crypto/ecdh"
	"crypto/rand"
	"crypto/tls"
	"encoding/base64"
	"encoding/binary"
	"log"
	"net/http"
	"os"
)

const publicName = "public.shop.test"

func vector(content []byte) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(content))), content...)
}

func newKey(id byte) tls.EncryptedClientHelloKey {
	private, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		log.Fatal(err)
	}
	contents := []byte{id, 0x00, 0x20}
	contents = append(contents, vector(private.PublicKey().Bytes())...)
	contents = append(contents, vector([]byte{0, 1, 0, 1})...)
	contents = append(contents, 0, byte(len(publicName)))
	contents = append(contents, publicName...)
	contents = append(contents, vector(nil)...)
	config := append([]byte{0xfe, 0x0d}, vector(contents)...)
	return tls.EncryptedClientHelloKey{Config: config, PrivateKey: private.Bytes(), SendAsRetry: true}
}

func main() {
	address, certificate, key, published, mode := os.Args[1], os.Args[2], os.Args[3], os.Args[4], os.Args[5]
	pair, err := tls.LoadX509KeyPair(certificate, key)
	if err != nil {
		log.Fatal(err)
	}
	held := newKey(1)
	list := base64.StdEncoding.EncodeToString(vector(held.Config))
	if err := os.WriteFile(published, []byte(list), 0o600); err != nil {
		log.Fatal(err)
	}
	if mode == "lost" {
		held = newKey(2)
	}
	config := &tls.Config{
		Certificates:             []tls.Certificate{pair},
		EncryptedClientHelloKeys: []tls.EncryptedClientHelloKey{held},
	}
	server := &http.Server{Addr: address, TLSConfig: config}
	log.Fatal(server.ListenAndServeTLS("", ""))
}
