from io import BytesIO

from pyln.proto.message.fundamental_types import BigSizeType
from spontan_vectors import parametrize

LAX = "pyln-proto does not ask whether fewer bytes would have done (BOLT 1, appendix A: not canonical)"


@parametrize("bigsize.decode", known={"*-not-canonical": LAX, "*/not-minimal-*": LAX})
def test_bigsize(case):
    stream, wanted = BytesIO(bytes.fromhex(case["input"]["bytes"])), case["expect"][0]
    try:
        value = BigSizeType.read(stream)
    except ValueError:
        value = None
    if "reject" in wanted:
        assert value is None
    else:
        assert {"value": str(value), "length": stream.tell()} == wanted["accept"]
