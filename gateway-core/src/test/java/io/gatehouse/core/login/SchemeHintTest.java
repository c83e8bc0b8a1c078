package io.gatehouse.core.login;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SchemeHintTest {
    private static SchemeHint of(String header, String authorization, String query) {
        return SchemeHint.of(optional(header), optional(authorization), optional(query));
    }

    private static Optional<String> optional(String value) {
        return value.equals("-") ? Optional.empty() : Optional.of(value);
    }

    @Test
    void everyOneOfTheThreePlacesNamesAScheme() {
        assertThat(of("PAA", "-", "-")).isEqualTo(SchemeHint.PAA);
        assertThat(of("-", "PAA", "-")).isEqualTo(SchemeHint.PAA);
        assertThat(of("-", "-", "PAA")).isEqualTo(SchemeHint.PAA);
        assertThat(of("SSPI_NTLM", "-", "-")).isEqualTo(SchemeHint.SSPI_NTLM);
        assertThat(of("-", "SSPI_NTLM", "-")).isEqualTo(SchemeHint.SSPI_NTLM);
        assertThat(of("-", "-", "SSPI_NTLM")).isEqualTo(SchemeHint.SSPI_NTLM);
        assertThat(of("SMARTCARD", "-", "-")).isEqualTo(SchemeHint.SMARTCARD);
    }

    @Test
    void caseAndSurroundingBlanksDoNotMatter() {
        assertThat(of(" paa ", "-", "-")).isEqualTo(SchemeHint.PAA);
        assertThat(of("-", "-", "sspi_Ntlm")).isEqualTo(SchemeHint.SSPI_NTLM);
    }

    @Test
    void theMarkerMayHaveAParameterThatNobodyTrusts() {
        assertThat(of("-", "paa c2VjcmV0", "-")).isEqualTo(SchemeHint.PAA);
    }

    @Test
    void nothingIsNoHint() {
        assertThat(of("-", "-", "-")).isEqualTo(SchemeHint.NONE);
        assertThat(of("", " ", "")).isEqualTo(SchemeHint.NONE);
    }

    @Test
    void anotherHintIsOther() {
        assertThat(of("CONNID", "-", "-")).isEqualTo(SchemeHint.OTHER);
        assertThat(of("-", "-", "Digest")).isEqualTo(SchemeHint.OTHER);
    }

    @Test
    void aSignInByHttpIsNotTurnedOffByAHint() {
        assertThat(of("PAA", "NTLM TlRMTVNTUAAB", "-")).isEqualTo(SchemeHint.NONE);
        assertThat(of("-", "Basic dTpw", "SSPI_NTLM")).isEqualTo(SchemeHint.NONE);
    }
}
