package io.gatehouse.provider.header;

import io.gatehouse.api.ProviderException;
import io.gatehouse.formats.text.PrintableText;
import io.gatehouse.jwt.Endpoint;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Where a signer publishes keys: https, or http on this machine. */
sealed interface KeyAddress {
    /** Where the id of a key belongs in the address of one key. */
    String KEY_ID = "{kid}";

    /** All of them, a JWK set (RFC 7517). */
    record Set(URI address) implements KeyAddress {}

    /** Each by itself, in PEM. */
    record ById(String template) implements KeyAddress {
        private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,128}");

        /** The address of a key; empty for an id that would lead elsewhere. */
        Optional<URI> of(String id) {
            return ID.matcher(id).matches() ? Optional.of(URI.create(template.replace(KEY_ID, id))) : Optional.empty();
        }
    }

    /** The address of a set. */
    static Set set(String text) throws ProviderException {
        return new Set(uri("keys", text, text));
    }

    /** The addresses of single keys. */
    static ById byId(String text) throws ProviderException {
        uri("keys-by-id", text, text.replace(KEY_ID, "kid"));
        if (!text.endsWith("/" + KEY_ID)) {
            throw new ProviderException(
                    "keys-by-id " + PrintableText.quoted(text) + " (expected it to end in /" + KEY_ID + ")");
        }
        return new ById(text);
    }

    private static URI uri(String key, String text, String address) throws ProviderException {
        try {
            return Endpoint.parse(address);
        } catch (URISyntaxException e) {
            throw new ProviderException(key + " " + PrintableText.quoted(text) + " (" + e.getReason() + ")", e);
        }
    }
}
