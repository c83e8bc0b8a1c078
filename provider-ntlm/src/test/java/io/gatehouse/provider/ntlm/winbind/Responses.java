package io.gatehouse.provider.ntlm.winbind;

import io.gatehouse.api.Secret;
import io.gatehouse.api.Token;
import io.gatehouse.formats.ntlm.NtlmCrypto;
import io.gatehouse.provider.ntlm.validation.NtlmResponse;
import io.gatehouse.provider.ntlm.validation.NtlmV2Response;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/** The client's half: NTLMv2 responses, and the session keys that they must yield. */
record Responses(NtlmResponse response, Secret sessionKey) {
    private static final SecureRandom RANDOM = new SecureRandom();

    /** The response of a client that was challenged by {@code computer} in {@link FakeSamba#DOMAIN}. */
    static Responses of(String user, String domain, String password, String computer) {
        byte[] challenge = new byte[8];
        RANDOM.nextBytes(challenge);
        ByteBuffer blob = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
        blob.putShort((short) 0x0101).position(28);
        put(blob, 2, FakeSamba.DOMAIN);
        put(blob, 1, computer);
        blob.putLong(0);
        byte[] bytes = Arrays.copyOf(blob.array(), blob.position());
        byte[] key = NtlmCrypto.ntowfv2(NtlmCrypto.ntHash(password), user, domain);
        byte[] proof = NtlmCrypto.hmacMd5(key, challenge, bytes);
        NtlmV2Response ntlmV2 =
                new NtlmV2Response(Token.of(proof), Token.of(bytes), false, Optional.empty(), Optional.empty());
        return new Responses(
                new NtlmResponse(user, domain, Token.of(challenge), ntlmV2), Secret.of(NtlmCrypto.hmacMd5(key, proof)));
    }

    static Responses of(String user, String domain, String password) {
        return of(user, domain, password, FakeSamba.COMPUTER);
    }

    private static void put(ByteBuffer blob, int type, String text) {
        byte[] value = text.getBytes(StandardCharsets.UTF_16LE);
        blob.putShort((short) type).putShort((short) value.length).put(value);
    }

    HelperRequest request() {
        return HelperRequest.of(
                ClientNames.of(response.user(), response.domain()).orElseThrow(), response);
    }
}
