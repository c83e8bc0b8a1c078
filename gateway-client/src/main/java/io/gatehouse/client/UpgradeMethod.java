package io.gatehouse.client;

/** The method of a WebSocket upgrade request. */
public enum UpgradeMethod {
    /** What mstsc and FreeRDP send. */
    RDG_OUT_DATA,
    /** What clients with an ordinary WebSocket library send, together with the sub-protocol {@code binary}. */
    GET
}
