package io.gatehouse.provider.ntlm;

/** What is asked of the message integrity code of type 3. One that is announced must be right in any case. */
public enum MicPolicy {
    /**
     * It may be absent: curl, for one, sends none. Its absence cannot be forged, the announcement stands under the
     * proof.
     */
    WHEN_ANNOUNCED,
    /** It must be there, as Windows since Vista and FreeRDP send it. */
    REQUIRED
}
