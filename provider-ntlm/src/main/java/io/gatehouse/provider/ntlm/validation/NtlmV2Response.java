package io.gatehouse.provider.ntlm.validation;

import io.gatehouse.api.Token;
import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.ntlm.NtlmCrypto;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import jcifs.CIFSException;
import jcifs.ntlmssp.av.AvFlags;
import jcifs.ntlmssp.av.AvPair;
import jcifs.ntlmssp.av.AvPairs;

/**
 * MS-NLMP 2.2.2.7 and 2.2.2.8: an NTLMv2 response, the proof and everything that stands under it.
 *
 * @param proof NTProofStr
 * @param blob NTLMv2_CLIENT_CHALLENGE
 * @param micAnnounced whether MsvAvFlags says that type 3 carries an integrity code
 * @param channelBinding MsvAvChannelBindings; zeros mean that the client knows none, and are empty here
 * @param targetName MsvAvTargetName, the service principal name that the client believes to speak with; empty as well
 *     when MsvAvFlags says that the client took it from a source that it does not trust
 */
public record NtlmV2Response(
        Token proof, Token blob, boolean micAnnounced, Optional<Token> channelBinding, Optional<String> targetName) {
    /** Proof (16), blob (28), end of the list (4). Everything shorter is LM, NTLMv1 or NTLM2 session. */
    private static final int SHORTEST = 48;

    private static final int AV_PAIRS_OFFSET = NtlmCrypto.LENGTH + 28;
    private static final int MIC_PRESENT = 2;
    private static final int UNVERIFIED_TARGET_NAME = 4;

    /** Whether {@code ntResponse} has the shape of NTLMv2 at all. */
    public static boolean isNtlmV2(Token ntResponse) {
        byte[] bytes = ntResponse.bytes();
        return bytes.length >= SHORTEST && bytes[NtlmCrypto.LENGTH] == 1 && bytes[NtlmCrypto.LENGTH + 1] == 1;
    }

    /** Takes apart what {@link #isNtlmV2} found to have the shape. */
    public static NtlmV2Response parse(Token ntResponse) throws MalformedException {
        byte[] bytes = ntResponse.bytes();
        try {
            List<AvPair> pairs = AvPairs.decode(Arrays.copyOfRange(bytes, AV_PAIRS_OFFSET, bytes.length));
            requireOnce(pairs, AvPair.MsvAvFlags, AvPair.MsvAvChannelBindings, AvPair.MsvAvTargetName);
            int flags = AvPairs.get(pairs, AvPair.MsvAvFlags) instanceof AvFlags avFlags ? avFlags.getFlags() : 0;
            AvPair binding = AvPairs.get(pairs, AvPair.MsvAvChannelBindings);
            return new NtlmV2Response(
                    Token.of(Arrays.copyOf(bytes, NtlmCrypto.LENGTH)),
                    Token.of(Arrays.copyOfRange(bytes, NtlmCrypto.LENGTH, bytes.length)),
                    (flags & MIC_PRESENT) != 0,
                    binding == null || isZero(binding.getRaw())
                            ? Optional.empty()
                            : Optional.of(Token.of(binding.getRaw())),
                    (flags & UNVERIFIED_TARGET_NAME) == 0 ? targetName(pairs) : Optional.empty());
        } catch (CharacterCodingException e) {
            throw new MalformedException("the target name of the nt response is not text in UTF-16LE");
        } catch (CIFSException | RuntimeException e) {
            // JCIFS-NG trusts lengths: hostile ones end in exceptions of many kinds.
            throw new MalformedException("av pairs of the nt response are broken");
        }
    }

    /**
     * Refuses a second pair of one of {@code types}. The gateway's challenge has none of them, and clients add their
     * own behind its pairs: one that a relay put into the challenge would stand before it.
     */
    private static void requireOnce(List<AvPair> pairs, int... types) throws MalformedException {
        for (int type : types) {
            if (pairs.stream().filter(pair -> pair.getType() == type).count() > 1) {
                throw new MalformedException("two av pairs of type " + type
                        + " in the nt response (expected one: a relay may have put the other into the challenge)");
            }
        }
    }

    private static Optional<String> targetName(List<AvPair> pairs) throws CharacterCodingException {
        AvPair name = AvPairs.get(pairs, AvPair.MsvAvTargetName);
        return name == null
                ? Optional.empty()
                : Optional.of(StandardCharsets.UTF_16LE
                                .newDecoder()
                                .decode(ByteBuffer.wrap(name.getRaw()))
                                .toString())
                        .filter(text -> !text.isEmpty());
    }

    private static boolean isZero(byte[] bytes) {
        for (byte value : bytes) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }
}
