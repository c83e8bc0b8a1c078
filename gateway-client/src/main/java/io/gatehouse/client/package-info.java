/**
 * A blocking MS-TSGU client over both HTTP transports, with the steps of a sign-in separate, so that callers may also
 * do them wrongly. One thread may send while another one receives; a virtual thread serves as well as any.
 */
@NullMarked
package io.gatehouse.client;

import org.jspecify.annotations.NullMarked;
