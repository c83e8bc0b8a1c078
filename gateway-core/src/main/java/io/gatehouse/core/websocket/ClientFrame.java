package io.gatehouse.core.websocket;

import java.nio.ByteBuffer;

/** What a client's bytes contain, as far as the gateway cares. */
public sealed interface ClientFrame {
    /**
     * A piece of the payload of a binary or continuation frame, unmasked. A frame without payload is one, too, without
     * bytes: so whoever counts what a client sends sees it.
     *
     * @param bytes a view of the network buffer
     */
    record Payload(ByteBuffer bytes) implements ClientFrame {}

    /**
     * A whole PING frame.
     *
     * @param payload at most 125 bytes to send back, a copy
     */
    record Ping(ByteBuffer payload) implements ClientFrame {}

    /** A whole PONG frame. */
    record Pong() implements ClientFrame {}

    /**
     * A whole CLOSE frame.
     *
     * @param statusCode the client's status code, 1005 when it gave none
     */
    record Close(int statusCode) implements ClientFrame {}
}
