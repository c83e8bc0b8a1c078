package io.gatehouse.provider.ntlm.winbind;

import io.gatehouse.formats.text.PrintableText;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * User and domain exactly as the client sent them, after it was checked that they may go to Samba's programs at all.
 *
 * @param user an account name, or a user principal name
 * @param domain often empty
 */
record ClientNames(String user, String domain) {
    /** In UTF-8. Samba holds names in 256 bytes and cuts off what is longer: that would be another name. */
    static final int LONGEST = 255;

    /** What no account name can have (MS-SAMR 3.1.1.6), and what separates a domain from a name. */
    private static final String FORBIDDEN = "\"/\\[]:;|=,*?<>";

    ClientNames {
        if (user.isEmpty()) {
            throw new IllegalArgumentException("no user name");
        }
    }

    /**
     * Checks names.
     *
     * @return empty when no account of any domain can have them
     */
    static Optional<ClientNames> of(String user, String domain) {
        return !user.isBlank() && isSound(user) && isSound(domain)
                ? Optional.of(new ClientNames(user, domain))
                : Optional.empty();
    }

    private static boolean isSound(String name) {
        if (name.codePoints().anyMatch(ClientNames::isForbidden)) {
            return false;
        }
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(name));
            return bytes.remaining() <= LONGEST;
        } catch (CharacterCodingException e) {
            return false; // half a surrogate pair
        }
    }

    private static boolean isForbidden(int character) {
        return FORBIDDEN.indexOf(character) >= 0 || !PrintableText.isPrintable(character);
    }

    /** Whether the user is named by a user principal name, which says nothing of the account's own name. */
    boolean isPrincipalName() {
        return user.indexOf('@') >= 0;
    }
}
