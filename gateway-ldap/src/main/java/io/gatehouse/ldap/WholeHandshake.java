package io.gatehouse.ldap;

import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.util.ssl.SSLSocketVerifier;
import javax.net.ssl.SSLSocket;

/**
 * Takes a server for connected only when the TLS handshake is over, so that the next one is asked when it fails. The
 * library would go on after its connect timeout with a socket that still shakes hands.
 */
final class WholeHandshake extends SSLSocketVerifier {
    @Override
    public void verifySSLSocket(String host, int port, SSLSocket socket) throws LDAPException {
        // Waits for the handshake; startHandshake would begin a key update in TLS 1.3, which Samba 4.17 never answers.
        if (!socket.getSession().isValid()) {
            throw new LDAPException(ResultCode.CONNECT_ERROR, "no TLS handshake with " + host + ":" + port);
        }
    }
}
