package io.gatehouse.formats.keytab;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.gatehouse.api.ProviderException;

/**
 * Whatever stands in a keytab, reading it ends in keys or in a problem that can be shown. The seeds are files of real
 * tools.
 */
class KeytabParserFuzzTest {
    @FuzzTest
    void everyFileIsKeysOrAProblem(byte[] file) {
        try {
            for (KeytabKey key : KeytabParser.parse(file)) {
                assertThat(key.components()).isNotEmpty().noneMatch(String::isEmpty);
                assertThat(key.principal().chars()).noneMatch(Character::isISOControl);
                assertThat(key.version()).isBetween(0L, 0xffffffffL);
                assertThat(key.encryptionType()).isBetween(-0x8000, 0x7fff);
                assertThat(key.key().bytes().length).isBetween(1, 256);
            }
        } catch (ProviderException e) {
            assertThat(e.getMessage()).isNotBlank().matches(text -> text.chars().noneMatch(Character::isISOControl));
        }
    }
}
