/** Tests of what users get: the tarball, unpacked and started, with real clients and a real desktop. */
@NullMarked
package io.gatehouse.dist.installed;

import org.jspecify.annotations.NullMarked;
