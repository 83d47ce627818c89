/** Longest path of a unix socket: sun_path of sockaddr_un holds 108 bytes with the NUL at its end (unix(7)). */
export const MAX_SOCKET_PATH_BYTES = 107;
