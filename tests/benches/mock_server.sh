#!/usr/bin/env bash
# How many ir the mock server of `openssl cmp` answers a second of processor time, for the figure of
# the bench `answer_request_for_a_signing_certificate` to be set beside. It checks the MAC and the
# proof of possession, and sends a certificate that was there before: it issues and stores nothing.
# mock_server.sh [HOW-MANY]; needs openssl 3 and curl.
set -euo pipefail
count="${1:-2000}"
folder="$(mktemp -d)"
trap 'kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
port=$((20000 + RANDOM % 20000))
url="http://127.0.0.1:$port/pkix/"

for kind in P-256 RSA-2048; do
  case "$kind" in
    P-256) openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem ;;
    RSA-2048) openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out key.pem ;;
  esac
  openssl req -new -x509 -key key.pem -subj /CN=Somebody -days 9 -out certificate.pem
  openssl cmp -config '' -port "$port" -srv_ref somebody -srv_secret pass:secret \
    -rsp_cert certificate.pem -grant_implicitconf >/dev/null 2>&1 & server=$!
  ask=(openssl cmp -config '' -server "127.0.0.1:$port" -path pkix/ -cmd ir -ref somebody
    -secret pass:secret -newkey key.pem -subject /CN=Somebody -implicit_confirm
    -certout got.pem -reqout ir.der)
  for _ in $(seq 50); do
    if "${ask[@]}" >/dev/null 2>&1; then break; fi
    sleep 0.1 # until it listens
  done
  [ -s got.pem ] || { echo "the mock server gave no certificate"; exit 1; }
  ticks() { awk '{ print $14 + $15 }' "/proc/$server/stat"; }
  before="$(ticks)"
  curl -s -o answer -H 'Content-Type: application/pkixcmp' --data-binary @ir.der "$url#[1-$count]"
  [ "$(wc -c <answer)" -gt 300 ] || { echo "the mock server answered nothing"; exit 1; }
  spent=$(($(ticks) - before))
  awk -v kind="$kind" -v count="$count" -v spent="$spent" -v hertz="$(getconf CLK_TCK)" \
    'BEGIN { printf "%s: %d answers a second of processor time\n", kind, count * hertz / spent }'
  kill "$server"
  wait "$server" 2>/dev/null || true
done
