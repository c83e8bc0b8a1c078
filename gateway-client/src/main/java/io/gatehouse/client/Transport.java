package io.gatehouse.client;

/** How TSGU packets travel. */
public enum Transport {
    /** One connection, upgraded to WebSocket, for both directions. */
    WEBSOCKET,
    /** RDG_OUT_DATA for server to client, RDG_IN_DATA for client to server, paired by connection id. */
    DUAL_CHANNEL
}
