# Everything that the catalogue's lines name, in the folder "$1": etc (of this machine's what the programs need, with files
# added), work (where
# commands are run), bin (programs that stand in for those that would change the machine).
set -euo pipefail
cd "$1"
mkdir -p bin etc/alternatives etc/ssl/certs home work
shopt -s nullglob
cp -a -t etc /etc/{apache2,caddy,default,group,haproxy,host*,java*,ld.so*,localtime,mime.types,nginx,nsswitch.conf} \
  /etc/{os-release,passwd,postfix,protocols,resolv.conf,services}
cp -a -t etc/alternatives /etc/alternatives/{awk,java,keytool,nawk,which}
cp -a -t etc/ssl /etc/ssl/*.cnf
cp -a -t etc/ssl/certs /etc/ssl/certs/{ca-certificates.crt,java}
cd work
new_key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" 2>/dev/null; }
sign() { # REQUEST ISSUER KEY EXTENSIONS OUT
  openssl x509 -req -in "$1" -CA "$2" -CAkey "$3" -days 60 -extfile <(printf '%b' "$4") -out "$5" 2>/dev/null
}
authority='basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n'
server='subjectAltName=DNS:example.com\nextendedKeyUsage=serverAuth\nkeyUsage=critical,digitalSignature\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\nauthorityInfoAccess=OCSP;URI:http://127.0.0.1:1/\n'
new_key root.key
openssl req -x509 -key root.key -subj '/CN=Root' -days 90 -out root.pem \
  -config <(printf '[req]\ndistinguished_name=d\nx509_extensions=x\n[d]\n[x]\n%b' "$authority")
cp root.pem root.crt
cp root.pem new-ca.pem
new_key ca.key
openssl req -new -key ca.key -subj '/CN=Intermediate' -out intermediate.csr
sign intermediate.csr root.pem root.key "$authority"'authorityKeyIdentifier=keyid\n' intermediate.pem
for name in ca chain intermediates; do cp intermediate.pem $name.pem; done
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa-privkey.pem 2>/dev/null
new_key privkey.pem
for kind in '' rsa-; do
  openssl req -new -key ${kind}privkey.pem -subj '/CN=example.com' -out ${kind}request.csr
  sign ${kind}request.csr ca.pem ca.key "$server" ${kind}cert.pem
  cat ${kind}cert.pem intermediate.pem > ${kind}fullchain.pem
done
cp cert.pem leaf.pem
cp fullchain.pem ecdsa-fullchain.pem
cp privkey.pem ecdsa-privkey.pem
cp cert.pem client.pem
cp privkey.pem client.key
openssl pkcs12 -export -in fullchain.pem -inkey privkey.pem -name server -out keystore.p12 -passout pass:changeit
openssl genpkey -genparam -algorithm DH -pkeyopt group:ffdhe2048 -out dh2048.pem 2>/dev/null
# A list of revoked certificates and an OCSP response, both of the intermediate.
: > index.txt
openssl ca -gencrl -keyfile ca.key -cert ca.pem -crldays 30 -md sha256 -out client.crl 2>/dev/null \
  -config <(printf '[ca]\ndefault_ca=c\n[c]\ndatabase=index.txt\n')
printf 'V\t20991231235959Z\t\t%s\tunknown\t/CN=example.com\n' "$(openssl x509 -noout -serial -in cert.pem | cut -d= -f2)" > index.txt
openssl ocsp -issuer ca.pem -cert cert.pem -reqout request.der 2>/dev/null
openssl ocsp -index index.txt -CA ca.pem -rsigner ca.pem -rkey ca.key -reqin request.der -respout staple.der -ndays 7 >/dev/null 2>&1

cd ../etc
mkdir -p ssl/example.com letsencrypt/live/example.com haproxy/certs haproxy/both postfix/other-ca nginx apache2 caddy
for folder in ssl/example.com letsencrypt/live/example.com; do
  for name in cert chain fullchain privkey rsa-fullchain rsa-privkey ecdsa-fullchain ecdsa-privkey; do
    cp ../work/$name.pem $folder/
  done
done
cp ../work/dh2048.pem ssl/
cat ../work/root.pem >> ssl/certs/ca-certificates.crt
cat ../work/fullchain.pem ../work/privkey.pem | tee haproxy/example.com.pem > haproxy/certs/example.com.pem
for file in haproxy/{clients,client-ca,other-ca} nginx/{client-ca,other-ca} apache2/client-ca caddy/{clients,client-ca} postfix/client-ca; do
  cp ../work/root.pem $file.pem
done
cp ../work/client.crl nginx/
cp ../work/staple.der nginx/example.com.staple.der
head -c 48 /dev/urandom > nginx/ticket.key
cp postfix/master.cf postfix/master.cf.own

cd ../bin
# What stands for sudo: tests that need it are run by root.
printf '#!/bin/sh\nexec "$@"\n' > sudo
# What stands for systemctl: the verb is one of these, and the unit exists.
cat > systemctl <<'EOF'
#!/bin/sh
case "$1" in start|restart|reload) ;; *) echo "systemctl $1?" >&2; exit 1 ;; esac
test -f "/lib/systemd/system/$2.service" || { echo "no unit $2" >&2; exit 1; }
EOF
chmod +x sudo systemctl
