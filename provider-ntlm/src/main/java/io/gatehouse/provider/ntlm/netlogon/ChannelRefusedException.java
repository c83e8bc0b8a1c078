package io.gatehouse.provider.ntlm.netlogon;

/** A controller and we do not agree on a secure channel; the message says why, for the administrator. */
final class ChannelRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    ChannelRefusedException(String message) {
        super(message);
    }
}
