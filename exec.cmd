@rem npm start says `exec`, so that no shell stands between npm and the server.
@rem Windows has no such command but this one.
@%*
