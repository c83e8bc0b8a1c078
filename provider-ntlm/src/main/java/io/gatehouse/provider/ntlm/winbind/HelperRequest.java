package io.gatehouse.provider.ntlm.winbind;

import io.gatehouse.api.Token;
import io.gatehouse.provider.ntlm.validation.NtlmResponse;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;

/**
 * One question in the protocol {@code ntlm-server-1}.
 *
 * @param names go in base64, so that nothing in them can be taken for a line of the protocol; an empty domain is sent,
 *     too, since the helper would put its own in its place
 * @param serverChallenge the 8 bytes that the client was challenged with
 * @param ntResponse the whole NTLMv2 response
 */
record HelperRequest(ClientNames names, Token serverChallenge, Token ntResponse) {
    static HelperRequest of(ClientNames names, NtlmResponse response) {
        ByteArrayOutputStream ntResponse = new ByteArrayOutputStream();
        ntResponse.writeBytes(response.ntlmV2().proof().bytes());
        ntResponse.writeBytes(response.ntlmV2().blob().bytes());
        return new HelperRequest(names, response.serverChallenge(), Token.of(ntResponse.toByteArray()));
    }

    byte[] bytes() {
        String text = "Username:: " + base64(names.user())
                + "\nNT-Domain:: " + base64(names.domain())
                + "\nLANMAN-Challenge: " + HexFormat.of().formatHex(serverChallenge.bytes())
                + "\nNT-Response: " + HexFormat.of().formatHex(ntResponse.bytes())
                + "\nRequest-User-Session-Key: Yes\n.\n";
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
