/**
 * The server's half of RFC 6455 framing, without I/O: a decoder for what clients send, headers for what the gateway
 * sends.
 *
 * <p>MS-TSGU needs no more of WebSocket than this: binary frames as a byte stream, PING answered, CLOSE noticed, no
 * extensions.
 */
@NullMarked
package io.gatehouse.core.websocket;

import org.jspecify.annotations.NullMarked;
