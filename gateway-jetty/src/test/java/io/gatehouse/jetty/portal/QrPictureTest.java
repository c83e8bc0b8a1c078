package io.gatehouse.jetty.portal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Secret;
import io.gatehouse.core.totp.TotpAlgorithm;
import io.gatehouse.core.totp.TotpKey;
import org.junit.jupiter.api.Test;

/** QR codes of the longest names. */
class QrPictureTest {
    @Test
    void everyNameHasAPicture() {
        TotpKey key = new TotpKey(Secret.of(new byte[64]), TotpAlgorithm.SHA512, 8);
        for (String letter : new String[] {"a", "漢", "\ud840\udc0b"}) {
            String uri = key.uri(letter.repeat(64), letter.repeat(500));
            assertThat(QrPicture.of(uri).size()).isBetween(29, 185);
            assertThat(uri).contains("?secret=" + key.base32());
        }
    }
}
