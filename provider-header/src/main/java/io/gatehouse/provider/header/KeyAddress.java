package io.gatehouse.provider.header;

import io.gatehouse.api.ProviderException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.util.Optional;
import java.util.regex.Pattern;

/** Where a signer publishes keys: https, or http on this machine. */
sealed interface KeyAddress {
    /** Where the id of a key belongs in the address of one key. */
    String KEY_ID = "{kid}";

    /** All of them, a JWK set (RFC 7517). */
    record Set(URL address) implements KeyAddress {}

    /** Each by itself, in PEM. */
    record ById(String template) implements KeyAddress {
        private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,128}");

        /** The address of a key; empty for an id that would lead elsewhere. */
        Optional<URL> of(String id) throws MalformedURLException {
            return ID.matcher(id).matches()
                    ? Optional.of(URI.create(template.replace(KEY_ID, id)).toURL())
                    : Optional.empty();
        }
    }

    /** The address of a set. */
    static Set set(String text) throws ProviderException {
        return new Set(url("keys", text, text));
    }

    /** The addresses of single keys. */
    static ById byId(String text) throws ProviderException {
        url("keys-by-id", text, text.replace(KEY_ID, "kid"));
        if (!text.endsWith("/" + KEY_ID)) {
            throw new ProviderException(
                    "keys-by-id " + Texts.quoted(text) + " (expected it to end in /" + KEY_ID + ")");
        }
        return new ById(text);
    }

    private static URL url(String key, String text, String address) throws ProviderException {
        try {
            URI uri = new URI(address);
            String host = uri.getHost();
            if (host == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
                throw new ProviderException(key + " " + Texts.quoted(text) + " (expected https://host/…)");
            }
            boolean here = host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.[0-9]{1,3}){3}");
            if (!"https".equals(uri.getScheme()) && !("http".equals(uri.getScheme()) && here)) {
                throw new ProviderException(
                        key + " " + Texts.quoted(text) + " (expected https; http is for addresses of this machine)");
            }
            return uri.toURL();
        } catch (URISyntaxException | MalformedURLException e) {
            throw new ProviderException(key + " " + Texts.quoted(text) + " (expected https://host/…)", e);
        }
    }
}
