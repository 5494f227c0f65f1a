#!/bin/sh
# A back end in curl: creates two users, sends a message from one to the other, and
# reads it. Start Parley by `npm start`, then run `sh examples/curl.sh`.
set -eu
api=${PARLEY_API:-http://localhost:10002}
secret=${PARLEY_SECRET:-openIM123}
run=$(date +%s)$$
token=

# Calls a route; exits unless the answer has errCode 0.
call() {
  answer=$(curl -sS "$api$1" -H "operationID: $run" -H "token: $token" -d "$2")
  case $answer in
    '{"errCode":0,'*) printf '%s\n' "$answer" ;;
    *) printf '%s: %s\n' "$1" "$answer" >&2; exit 1 ;;
  esac
}
# Prints the first value of a key; with jq, `jq -r .data.token` is better.
value() { sed "s/.*\"$1\":\"\([^\"]*\)\".*/\1/"; }

# The secret makes you an administrator. Keep it to your back end.
token=$(call /auth/get_admin_token '{"userID": "imAdmin", "secret": "'"$secret"'"}' | value token)

# Register two users under the ids that your app uses.
call /user/user_register '{"users": [
  {"userID": "ann'"$run"'", "nickname": "Ann", "faceURL": ""},
  {"userID": "bob'"$run"'", "nickname": "Bob", "faceURL": ""}]}'

# The token for Bob's client after Bob signed in at your app (5 is the web).
bobs=$(call /auth/get_user_token '{"userID": "bob'"$run"'", "platformID": 5}' | value token)

# Ann writes to Bob: 101 is a text, session 1 is between two people.
call /msg/send_msg '{"sendID": "ann'"$run"'", "recvID": "bob'"$run"'",
  "senderPlatformID": 5, "sessionType": 1, "contentType": 101,
  "content": {"content": "Hello Bob!"}}'

# Bob reads; content is the JSON of a text, in base64.
token=$bobs
conversation=si_ann${run}_bob$run
call /msg/pull_msg_by_seq '{"userID": "bob'"$run"'", "order": 0, "seqRanges": [
  {"conversationID": "'"$conversation"'", "begin": 1, "end": 100, "num": 100}]}' |
  value content | base64 -d
echo
