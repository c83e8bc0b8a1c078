package io.gatehouse.provider.ntlm.netlogon.rpc;

/** A call brought no answer; the message says why, for the administrator. */
public final class RpcException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final boolean mayHaveRun;

    /** The reasons why a call has no answer. */
    public enum Kind {
        /** No connection: no such host, nobody listens, no route. */
        UNREACHABLE,
        /** No answer in time. */
        SLOW,
        /** The server ended the connection, or said what it may not say. */
        BROKEN,
        /**
         * The server understood and refused: an interface that it does not have, a security context that it does not
         * know.
         */
        REFUSED
    }

    private RpcException(Kind kind, boolean mayHaveRun, String message) {
        super(message);
        this.kind = kind;
        this.mayHaveRun = mayHaveRun;
    }

    /** The server has certainly not carried out the call. */
    public static RpcException notRun(Kind kind, String message) {
        return new RpcException(kind, false, message);
    }

    /** The server may have carried out the call. */
    public static RpcException perhapsRun(Kind kind, String message) {
        return new RpcException(kind, true, message);
    }

    public Kind kind() {
        return kind;
    }

    /** Whether the server may have carried out the call: at least one byte of the request was handed to the network. */
    public boolean mayHaveRun() {
        return mayHaveRun;
    }
}
