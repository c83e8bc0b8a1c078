package io.gatehouse.provider.ntlm.netlogon.rpc;

/** Bytes of a server break their format; the only exception that they can cause. The message says where, without the bytes. */
public final class MalformedRpcException extends Exception {
    private static final long serialVersionUID = 1L;

    public MalformedRpcException(String message) {
        super(message);
    }
}
