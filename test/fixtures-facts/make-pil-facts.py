# Makes pil-facts.json beside it: pictures and what PIL makes of them, as the independent source for the image tests.
# Run with Debian 12's python3 (python3-pil 9.4.0, python3-numpy 1.24.2): python3 make-pil-facts.py
import base64, io, json, os, struct, zlib
import numpy as np
import PIL
from PIL import Image, ImageOps

rng = np.random.default_rng(20)
b64 = lambda b: base64.b64encode(bytes(b)).decode()


def picture(width, height, channels):
    y, x = np.mgrid[0:height, 0:width]
    smooth = np.stack([(x * 7 + y * 3 * (c + 1)) % 256 for c in range(channels)], axis=-1)
    noise = rng.integers(0, 256, (height, width, channels))
    a = np.where(noise % 3 == 0, noise, smooth).astype(np.uint8)
    return Image.fromarray(a if channels > 1 else a[:, :, 0])


kernels = {'nearest': Image.Resampling.NEAREST, 'bilinear': Image.Resampling.BILINEAR, 'bicubic': Image.Resampling.BICUBIC,
           'box': Image.Resampling.BOX, 'lanczos': Image.Resampling.LANCZOS}
rgb, gray = picture(31, 22, 3), picture(19, 28, 1)
resize = []
for kernel, mode in kernels.items():
    for source, sizes in (('rgb', [(14, 9), (40, 33), (31, 10), (7, 22)]), ('gray', [(28, 28), (8, 8), (45, 3)])):
        for size in sizes:
            resize.append({'source': source, 'kernel': kernel, 'width': size[0], 'height': size[1],
                           'pixels': b64((rgb if source == 'rgb' else gray).resize(size, mode).tobytes())})


def center_crop(im, shorter, size):  # torchvision's Resize(shorter) and CenterCrop(size) in its own arithmetic
    w, h = im.size
    new = (shorter, int(shorter * h / w)) if w <= h else (int(shorter * w / h), shorter)
    im = im.resize(new, Image.Resampling.BILINEAR)
    top, left = int(round((im.height - size) / 2.0)), int(round((im.width - size) / 2.0))
    return im.crop((left, top, left + size, top + size))


fits = [{'resize': 'crop', 'shorterSide': s, 'width': c, 'height': c, 'pixels': b64(center_crop(rgb, s, c).tobytes())} for s, c in ((16, 14), (17, 12), (25, 24), (22, 22))]
fits += [{'resize': 'pad', 'shorterSide': None, 'width': w, 'height': h, 'padValue': 114,
          'pixels': b64(ImageOps.pad(rgb, (w, h), Image.Resampling.BILINEAR, color=(114, 114, 114)).tobytes())} for w, h in ((24, 24), (33, 20), (9, 21), (31, 22))]


def saved(im, kind, **options):
    out = io.BytesIO()
    im.save(out, kind, **options)
    return out.getvalue()


def png(width, height, depth, color, rows, interlaced=False, extra=b''):
    chunk = lambda k, d: struct.pack('>I', len(d)) + k + d + struct.pack('>I', zlib.crc32(k + d))
    head = struct.pack('>IIBBBBB', width, height, depth, color, 0, 0, 1 if interlaced else 0)
    return b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', head) + extra + chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b'')


def adam7(im):
    a = np.asarray(im)
    rows = b''
    for x0, y0, dx, dy in ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)):
        part = a[y0::dy, x0::dx]
        if part.shape[1]:
            rows += b''.join(b'\0' + row.tobytes() for row in part)
    return png(im.width, im.height, 8, 2, rows, True)


def rgba_of(data):
    return b64(Image.open(io.BytesIO(data)).convert('RGBA').tobytes())


rgba = picture(11, 7, 4)
palette = rgb.quantize(13)
clear = rgb.quantize(15)
deep = np.asarray(rng.integers(0, 65536, (6, 5, 3)), dtype='>u2')
files = {
    'png rgb': saved(rgb, 'PNG'), 'png gray': saved(gray, 'PNG'), 'png rgba': saved(rgba, 'PNG'), 'png gray alpha': saved(rgba.convert('LA'), 'PNG'),
    'png palette 4 bit': saved(palette, 'PNG', bits=4), 'png palette transparent': saved(clear, 'PNG', transparency=3), 'png 1 bit': saved(gray.convert('1'), 'PNG'),
    'png rgb key': saved(rgb, 'PNG', transparency=rgb.getpixel((3, 3))), 'png interlaced': adam7(rgb), 'png tiny interlaced': adam7(rgb.crop((0, 0, 3, 2))),
    'png rgb 16 bit': png(5, 6, 16, 2, b''.join(b'\0' + row.tobytes() for row in deep)),
    'jpeg': saved(rgb, 'JPEG', quality=90), 'jpeg progressive': saved(rgb, 'JPEG', quality=70, progressive=True), 'jpeg gray': saved(gray, 'JPEG', quality=80),
    'jpeg 444': saved(rgb, 'JPEG', quality=95, subsampling=0), 'bmp': saved(rgb, 'BMP'), 'gif': saved(palette, 'GIF'), 'webp lossless': saved(rgb, 'WEBP', lossless=True),
}
exif = Image.Exif()
exif[0x0112] = 6
turned = saved(rgb, 'JPEG', quality=92, exif=exif)
decode = [{'name': n, 'bytes': b64(d), 'width': Image.open(io.BytesIO(d)).width, 'height': Image.open(io.BytesIO(d)).height, 'rgba': rgba_of(d)} for n, d in files.items()]
upright = ImageOps.exif_transpose(Image.open(io.BytesIO(turned)))
decode.append({'name': 'jpeg exif 6', 'bytes': b64(turned), 'width': upright.width, 'height': upright.height, 'rgba': b64(upright.convert('RGBA').tobytes())})

facts = {
    'note': f'Made by make-pil-facts.py with PIL {PIL.__version__} and numpy {np.__version__}. Pixels are base64 of raw bytes, row by row.',
    'rgb': {'width': rgb.width, 'height': rgb.height, 'pixels': b64(rgb.tobytes())}, 'gray': {'width': gray.width, 'height': gray.height, 'pixels': b64(gray.tobytes())},
    'luma': b64(rgb.convert('L').tobytes()), 'resize': resize, 'fits': fits, 'decode': decode,
}
json.dump(facts, open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'pil-facts.json'), 'w'), indent=0)
