package io.gatehouse.provider.ntlm;

import io.gatehouse.api.Token;
import io.gatehouse.provider.ntlm.validation.TargetNames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import jcifs.ntlmssp.NtlmFlags;
import jcifs.ntlmssp.Type2Message;
import jcifs.ntlmssp.av.AvPair;
import jcifs.ntlmssp.av.AvPairs;
import jcifs.ntlmssp.av.AvTimestamp;

/**
 * MS-NLMP 2.2.1.2 CHALLENGE_MESSAGE (type 2).
 *
 * @param raw the whole message
 * @param serverChallenge the 8 random bytes in it
 */
record ChallengeMessage(Token raw, Token serverChallenge) {
    static final int CHALLENGE_LENGTH = 8;

    private static final int ALWAYS = NtlmFlags.NTLMSSP_REQUEST_TARGET
            | NtlmFlags.NTLMSSP_NEGOTIATE_NTLM
            | NtlmFlags.NTLMSSP_NEGOTIATE_ALWAYS_SIGN
            | NtlmFlags.NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY
            | NtlmFlags.NTLMSSP_NEGOTIATE_TARGET_INFO
            | NtlmFlags.NTLMSSP_NEGOTIATE_VERSION;
    private static final int WHEN_ASKED = NtlmFlags.NTLMSSP_NEGOTIATE_SIGN
            | NtlmFlags.NTLMSSP_NEGOTIATE_SEAL
            | NtlmFlags.NTLMSSP_NEGOTIATE_128
            | NtlmFlags.NTLMSSP_NEGOTIATE_56
            | NtlmFlags.NTLMSSP_NEGOTIATE_KEY_EXCH;

    private static final int NETBIOS_COMPUTER = 1;
    private static final int NETBIOS_DOMAIN = 2;
    private static final int DNS_COMPUTER = 3;
    private static final int DNS_DOMAIN = 4;

    private static final int VERSION_OFFSET = 48;
    /** Windows 10.0 build 20348, NTLM revision 15. JCIFS-NG says 6.1 without a build. */
    private static final byte[] VERSION = {0x0a, 0, 0x7c, 0x4f, 0, 0, 0, 0x0f};

    private static final long FILETIME_OF_EPOCH_SECONDS = 11_644_473_600L;
    private static final long FILETIME_PER_SECOND = 10_000_000L;
    private static final int NANOSECONDS_PER_FILETIME = 100;

    /**
     * The answer to {@code negotiate}; {@code serverChallenge} must be fresh. The time in it makes clients send their
     * MIC.
     */
    static ChallengeMessage answer(NegotiateMessage negotiate, TargetNames names, byte[] serverChallenge, Instant now) {
        // A target in the constructor would dereference the missing CIFSContext.
        Type2Message message = new Type2Message(null, flags(negotiate.flags(), names), serverChallenge, null);
        message.setTarget(names.target());
        message.setTargetInformation(AvPairs.encode(List.of(
                text(NETBIOS_DOMAIN, names.domain()),
                text(NETBIOS_COMPUTER, names.computer()),
                text(DNS_DOMAIN, names.dnsDomain()),
                text(DNS_COMPUTER, names.dnsComputer()),
                new AvTimestamp(filetime(now)))));
        try {
            byte[] bytes = message.toByteArray();
            System.arraycopy(VERSION, 0, bytes, VERSION_OFFSET, VERSION.length);
            return new ChallengeMessage(Token.of(bytes), Token.of(serverChallenge));
        } catch (IOException e) {
            throw new IllegalStateException("a challenge cannot be written", e);
        }
    }

    /** UNICODE whenever it is offered; OEM only to clients that know nothing else. */
    private static int flags(int asked, TargetNames names) {
        int encoding = (asked & NtlmFlags.NTLMSSP_NEGOTIATE_UNICODE) != 0
                ? NtlmFlags.NTLMSSP_NEGOTIATE_UNICODE
                : NtlmFlags.NTLMSSP_NEGOTIATE_OEM;
        int type = names.inDomain() ? NtlmFlags.NTLMSSP_TARGET_TYPE_DOMAIN : NtlmFlags.NTLMSSP_TARGET_TYPE_SERVER;
        return ALWAYS | encoding | type | (asked & WHEN_ASKED);
    }

    private static AvPair text(int type, String value) {
        return new AvPair(type, value.getBytes(StandardCharsets.UTF_16LE));
    }

    private static long filetime(Instant time) {
        return (time.getEpochSecond() + FILETIME_OF_EPOCH_SECONDS) * FILETIME_PER_SECOND
                + time.getNano() / NANOSECONDS_PER_FILETIME;
    }
}
